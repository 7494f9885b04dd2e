// The clinic of the sandbox and an efaxd of its own: what every test of the whole daemon begins with.
#pragma once

#include "efaxd_process.hpp"
#include "sandbox/sandbox.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace efaxd::daemon {

inline const std::string front_desk = "10000001-20000001";
inline const std::string north_clinic = "10000001-20000002";
inline const std::string dr_example = "10000001-20000003";

class Clinic : public ::testing::Test {
  protected:
    Clinic() { sandbox.set_up_clinic(); }
    /// Whatever the test was about, the log tells no secret, no number and no name.
    void TearDown() override;

    /// Faxes for one user id; their ids.
    std::vector<std::string> put(const std::string& user_id, int count = 1);
    /// Configures one mailbox, sending live what it finds waiting, and an eFax that sends in no time.
    void receive_and_send_at_once();
    void fault(const sandbox::FaultRule& rule) { sandbox.faults().add(rule); }

    /// Number of the last request so far.
    std::uint64_t mark();
    std::size_t requests(const std::string& endpoint, std::uint64_t after = 0);
    /// What meant to change something at eFax or the FHIR server; reading an image is in it, a token not.
    std::vector<std::string> changes(std::uint64_t after = 0);

    /// All faxes have one Communication each, as they should be, and the daemon has nothing left to do.
    ::testing::AssertionResult all_arrive(Patience patience = std::chrono::seconds{40});
    /// The same without a daemon, at once.
    ::testing::AssertionResult all_arrived() const;
    /// Waits for as many lists as two polls of every mailbox take.
    bool polled_again();

    sandbox::Sandbox sandbox;
    Efaxd efaxd{sandbox};
};

/// A status fault.
sandbox::FaultRule answers(const std::string& endpoint, int status, std::int64_t count = 1);
sandbox::FaultRule trouble(const std::string& endpoint, sandbox::FaultKind kind, std::int64_t count = 1);

} // namespace efaxd::daemon
