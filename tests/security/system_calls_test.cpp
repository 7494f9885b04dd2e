// efaxd lives within a budget of system calls, and starts no program but the converter.
#include "clinic.hpp"

#include <csignal>

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // they make calls of their own

namespace efaxd::daemon {
namespace {

constexpr int violation = 128 + SIGSYS;

/// For `start` and `run`. To have a whole suite under the budget, preload the same into its test program.
Variables budget(Variables more = {}) {
    more.emplace_back("LD_PRELOAD", EFAXD_SECCOMP_SHIM);
    return more;
}

class SystemCalls : public Clinic {};

TEST_F(SystemCalls, of_receiving_sending_reloading_and_answering_are_within_the_budget) {
    efaxd.settings.owners = "discover";
    efaxd.settings.callers = "fhir";
    efaxd.settings.send = "mode: live, follow: 100ms, look: 1s, pick_up: 100ms";
    sandbox.fhir().auth().add_caller({.token = "sim-caller"});
    auto style = sandbox.efax().style();
    style.send_seconds = 0;
    sandbox.efax().set_style(style);
    efaxd.configure();
    efaxd.start(budget());
    put(front_desk, 3);
    sandbox::NewOutbound wanted;
    wanted.numbers = {"+13035551000"};
    wanted.text = "referral";
    sandbox.put_outbound(wanted);
    EXPECT_TRUE(all_arrive());
    EXPECT_TRUE(efaxd.until([&] { return sandbox.send_oracle().accepted == 1; }));
    for (const auto* path : {"/status", "/mailboxes", "/faxes", "/transmissions", "/metrics", "/readyz"})
        EXPECT_FALSE(efaxd.ask(path).empty()) << path;
    EXPECT_EQ(efaxd.call("/fhir/R4/Communication/$receive-efax", "").status, 200);
    efaxd.child().signal(SIGHUP);
    efaxd.child().signal(SIGUSR1);
    EXPECT_TRUE(polled_again());
    EXPECT_EQ(efaxd.stop(), 0) << efaxd.log();
    EXPECT_FALSE(efaxd.said("VIOLATION")) << efaxd.log();
}

TEST_F(SystemCalls, of_trouble_are_within_the_budget) {
    efaxd.settings.owners = "none";
    efaxd.configure();
    fault(answers("efax.list", 503, 3));
    fault(answers("fhir.create", 500, 2));
    fault(trouble("fhir.search", sandbox::FaultKind::cut, 2));
    efaxd.start(budget());
    put(front_desk, 2);
    EXPECT_TRUE(all_arrive());
    EXPECT_EQ(efaxd.stop(), 0) << efaxd.log();
    EXPECT_FALSE(efaxd.said("VIOLATION")) << efaxd.log();
    const Ended once = efaxd.run({"--once"}, std::chrono::minutes{1}, budget());
    EXPECT_EQ(once.exit_code, 0) << once.err;
}

TEST_F(SystemCalls, start_no_program_but_the_converter) {
    const Ended kept_in = efaxd.run({"--check-connectivity"}, std::chrono::minutes{1}, budget());
    EXPECT_EQ((kept_in.err + kept_in.out).find("efaxd-convert makes a PDF"), std::string::npos)
        << kept_in.out;
    const Ended let_out = efaxd.run({"--check-connectivity"}, std::chrono::minutes{1},
                                    budget({{"EFAXD_BUDGET_HAS", "execve"}}));
    EXPECT_EQ(let_out.exit_code, 0) << let_out.out << let_out.err;
    EXPECT_NE(let_out.out.find("efaxd-convert makes a PDF"), std::string::npos) << let_out.out;
}

TEST_F(SystemCalls, beyond_the_budget_would_be_noticed) {
    const Ended run =
        efaxd.run({"--once"}, std::chrono::minutes{1}, budget({{"EFAXD_BUDGET_LACKS", "fdatasync"}}));
    EXPECT_EQ(run.exit_code, violation) << run.err;
    EXPECT_NE(run.err.find("VIOLATION"), std::string::npos) << run.err;
}

} // namespace
} // namespace efaxd::daemon

#endif
