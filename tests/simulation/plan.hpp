// What a seed makes of a simulation: how big the clinic is, and how bad the weather.
#pragma once

#include "config/config.hpp"

#include "simulation/dice.hpp"
#include <cstddef>

#include <cstdint>

namespace efaxd::simulation {

struct Plan {
    std::uint64_t seed = 0;
    int days = 0;

    int owners = 0;            ///< with a mailbox of their own, beside the shared number
    double faxes = 0;          ///< received, each day
    double communications = 0; ///< outbound, each day
    double fault = 0;          ///< of a call
    double cut = 0;            ///< of the power, at each call but lists
    double outages = 0;        ///< of either side, each day
    double jumps = 0;          ///< of our clock, each day
    double odd_lists = 0;      ///< of a list
    bool client_ids = false;   ///< the FHIR server takes ids of ours
    bool racy = false;         ///< its conditional create is no lock
    bool bare = false;         ///< nothing ever goes wrong
    config::Project project;
    int hands = 8;
    std::size_t memory = 0; ///< for documents on their way
};

Plan make_plan(std::uint64_t seed, int days);

} // namespace efaxd::simulation
