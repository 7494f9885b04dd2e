// kill -9 at any moment, over and over: nothing lost, nothing double.
#include "clinic.hpp"

#include <cstdlib>
#include <iostream>
#include <random>

namespace efaxd::daemon {
namespace {

class Kill : public Clinic {
  protected:
    /// As many as EFAXD_KILLS says.
    static int kills() {
        const char* const wanted = std::getenv("EFAXD_KILLS");
        return wanted == nullptr ? 15 : std::atoi(wanted);
    }

    /// The moments differ from run to run; EFAXD_SEED repeats one.
    static std::uint64_t seed() {
        const char* const wanted = std::getenv("EFAXD_SEED");
        return wanted == nullptr ? std::random_device{}() : std::strtoull(wanted, nullptr, 10);
    }

    void kill_again_and_again() {
        const std::uint64_t chosen = seed();
        std::cout << "EFAXD_SEED=" << chosen << '\n';
        sandbox::Dice dice(chosen);
        efaxd.settings.settle = "1s";
        efaxd.configure();
        // Slow enough for a kill to strike while a reply is on its way.
        for (const char* const endpoint : {"efax.image", "fhir.binary", "fhir.create"}) {
            auto slow = trouble(endpoint, sandbox::FaultKind::delay, -1);
            slow.delay = Patience{25};
            fault(slow);
        }
        for (int kill = 0; kill < kills(); ++kill) {
            for (const auto& user_id : sandbox::Sandbox::clinic_users())
                put(user_id, 3);
            const std::uint64_t from = mark();
            efaxd.spawn();
            // In the midst of work, however fast the machine is.
            sandbox.journal().wait_for({.after = from}, dice() % 60, Patience{2'000});
            const Patience moment{dice() % 40};
            ASSERT_EQ(efaxd.child().wait(moment), std::nullopt) << "it ended by itself:\n" << efaxd.log();
            efaxd.kill();
        }
        efaxd.start();
        EXPECT_TRUE(all_arrive(std::chrono::minutes{2}));
        const auto report = sandbox.oracle();
        std::cout << report.line() << '\n';
        // Each kill can strike several uploads at once, at most half of the eight hands.
        EXPECT_LE(report.spare_binaries.size(), static_cast<std::size_t>(kills()) * 4);
        const auto status = efaxd.status();
        spares_ = static_cast<std::int64_t>(report.spare_binaries.size());
        suspected_ = status.root()["faxes"]["suspected_spares"].integer().value_or(-1);
        EXPECT_TRUE(efaxd.spool().empty());
        EXPECT_EQ(efaxd.stop(), 0);
    }

    std::int64_t spares_ = 0;
    std::int64_t suspected_ = 0;
};

TEST_F(Kill, loses_and_doubles_nothing_where_the_server_chooses_ids) {
    auto style = sandbox.fhir().style();
    style.update_create = sandbox::UpdateCreate::not_allowed;
    sandbox.fhir().set_style(style);
    kill_again_and_again();
    EXPECT_LE(spares_, suspected_);
}

TEST_F(Kill, loses_and_doubles_nothing_and_leaves_no_spare_with_ids_of_ours) {
    kill_again_and_again();
    EXPECT_EQ(spares_, 0);
}

TEST_F(Kill, loses_and_doubles_nothing_where_conditional_create_is_ignored) {
    auto style = sandbox.fhir().style();
    style.conditional_create = false;
    sandbox.fhir().set_style(style);
    kill_again_and_again();
}

} // namespace
} // namespace efaxd::daemon
