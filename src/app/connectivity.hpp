// The connectivity test: every step of both sides tried for real, with a verdict and a remedy.
#pragma once

#include "app/reload.hpp"
#include "config/config.hpp"
#include "efaxd/ports/clock.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace efaxd::app {

/// What was tried, and what came of it.
struct Finding {
    std::string project{}; ///< empty: the machine's own ground
    std::string what{};    ///< e.g. `eFax sign-in`
    bool well = false;
    std::string verdict{}; ///< one sentence
    std::string remedy{};  ///< what to do about it; empty when well
    int exit_code = 0;     ///< 69 unreachable, 73 state, 77 refused
};

/// For each project: eFax sign-in (with the token in hand, if there is one), every mailbox by a harmless list
/// of one, FHIR sign-in, CapabilityStatement, the searches we use, a probe Binary created and deleted; clock
/// skew; and the state directory. Goes on after a failure. Blocks; throws Stopped.
std::vector<Finding> check_connectivity(const Projects& projects, const config::Config& config, Clock& clock,
                                        std::stop_token stop);

/// 0, else the first of 77, 69, 73 that occurs.
int exit_code_of(const std::vector<Finding>& findings);
std::string findings_text(const std::vector<Finding>& findings);
std::string findings_json(const std::vector<Finding>& findings);
/// From the JSON of another efaxd. Throws json::ParseError.
std::vector<Finding> read_findings(const std::string& json);

} // namespace efaxd::app
