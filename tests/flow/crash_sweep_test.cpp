// The power is cut before and after every port call in turn; after a restart each fax is there exactly once.

#include "flow/world.hpp"

#include <gtest/gtest.h>

namespace efaxd::flow {
namespace {

using namespace std::chrono_literals;

struct Sweep {
    bool client_ids = false;
    bool delete_after = false;
    bool in_memory = false;

    std::size_t memory() const { return in_memory ? spool::FileSpool::usual_memory : 0; }
};

class CrashSweep : public testing::TestWithParam<Sweep> {};

void settle_world(World& world) {
    world.begin();
    for (int round = 0; round < 3; ++round) {
        world.live();
        world.clock.advance(2h);
    }
}

TEST_P(CrashSweep, one_communication_after_a_crash_at_every_point) {
    int points = 0;
    for (int crash_at = 0;; ++crash_at) {
        World world(GetParam().memory());
        world.fhir.client_ids = GetParam().client_ids;
        if (GetParam().delete_after)
            world.settings.delete_after = 1h;
        world.efax.put("user-1", "fax-00000001", world.clock.now() - 1h);
        world.efax.put("user-1", "fax-00000002", world.clock.now() - 2h);

        const bool crashed = world.live_until(crash_at);
        settle_world(world);

        for (const std::string fax : {"fax-00000001", "fax-00000002"}) {
            ASSERT_EQ(world.fhir.made(fax), 1u) << "crash point " << crash_at;
            const Entry entry = world.entry(fax);
            EXPECT_EQ(entry.stage, Stage::acknowledged) << "crash point " << crash_at;
            EXPECT_TRUE(entry.settled()) << "crash point " << crash_at;
            EXPECT_TRUE(entry.fax.from_number.empty());
        }
        for (const auto& kept : world.fhir.communications)
            EXPECT_EQ(world.fhir.binaries[kept.communication.binary],
                      fakes::FakeEfax::pdf("fax " + kept.communication.fax_id));
        EXPECT_LE(world.fhir.spare_binaries(), GetParam().client_ids ? 0u : 1u) << "crash point " << crash_at;
        const auto spares = world.ledger().totals().spares;
        const auto counted = spares.contains(World::project) ? spares.at(World::project) : 0;
        EXPECT_GE(counted, static_cast<std::int64_t>(world.fhir.spare_binaries()))
            << "a spare Binary that nobody counts, crash point " << crash_at;
        EXPECT_EQ(world.documents_in_spool(), 0u) << "crash point " << crash_at;
        points = crash_at;
        if (!crashed)
            break;
    }
    EXPECT_GT(points, 60) << "the sweep must really pass through both faxes";
}

TEST_P(CrashSweep, two_crashes_in_a_row_do_no_more_harm_than_one) {
    for (int first = 0; first < 80; first += 7) {
        for (int second = 0; second < 60; second += 5) {
            World world(GetParam().memory());
            world.fhir.client_ids = GetParam().client_ids;
            world.efax.put("user-1", "fax-00000001", world.clock.now() - 1h);
            world.live_until(first);
            world.begin();
            world.live_until(second);
            settle_world(world);
            ASSERT_EQ(world.fhir.made("fax-00000001"), 1u) << first << ", " << second;
            EXPECT_TRUE(world.entry("fax-00000001").settled()) << first << ", " << second;
            EXPECT_LE(world.fhir.spare_binaries(), GetParam().client_ids ? 0u : 2u);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Ways, CrashSweep,
                         testing::Values(Sweep{false, false, false}, Sweep{true, false, false},
                                         Sweep{true, true, false}, Sweep{false, false, true},
                                         Sweep{true, false, true}, Sweep{true, true, true}),
                         [](const auto& way) {
                             return std::string(way.param.client_ids ? "client_ids" : "server_ids") +
                                    (way.param.delete_after ? "_deleting" : "") +
                                    (way.param.in_memory ? "_in_memory" : "_by_file");
                         });

} // namespace
} // namespace efaxd::flow
