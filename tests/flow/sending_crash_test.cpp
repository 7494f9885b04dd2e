// The power is cut before and after every port call of sending; no number ever gets a document twice.

#include "flow/sending_world.hpp"

#include <gtest/gtest.h>

namespace efaxd::flow {
namespace {

using namespace std::chrono_literals;

const std::string one = "+15551234567";
const std::string two = "+15557654321";

/// How eFax behaves besides.
struct Weather {
    const char* name;
    SendStatus::State first = SendStatus::State::completed;
    bool listed = true;        ///< in the list of sent faxes
    bool answers_lost = false; ///< of every submission
};

void arrange(SendingWorld& world, const Weather& weather) {
    world.fhir.put("c1", {one, two});
    world.fhir.put("c2", {"+15550000001"});
    world.fhir.documents["Binary/c2"] = std::string("II*\0", 4) + "picture";
    world.sender.first_state = weather.first;
    world.sender.listed = weather.listed;
    if (weather.answers_lost)
        world.sender.after_taking = [](const std::string&) {
            throw Fault(Fault::Kind::unknown, "efax.submission_unanswered");
        };
}

class SendingCrash : public testing::TestWithParam<Weather> {
  protected:
    static void expect_well(SendingWorld& world, const std::string& where) {
        for (const std::string& number : {one, two, std::string("+15550000001")})
            EXPECT_LE(world.sender.taken_for(number), 1u) << where;
        for (const std::string id : {"c1", "c2"}) {
            const auto rows = world.outbox().find({SendingWorld::project, id});
            EXPECT_FALSE(rows.empty()) << where;
            const bool neighbour_held = std::ranges::any_of(rows, &Transmission::held);
            for (const Transmission& row : rows)
                expect_well(world, row, neighbour_held, where);
        }
    }

    /// Ended and told, or held with a reason; or ended and waiting for a neighbour that is held.
    static void expect_well(SendingWorld& world, const Transmission& row, bool neighbour_held,
                            const std::string& where) {
        const bool ended = row.stage == SendStage::reported && row.over();
        const bool held = row.held && !row.reason.empty();
        const bool waits = neighbour_held && row.stage == SendStage::settled && row.told;
        EXPECT_TRUE(ended || held || waits) << where << ", " << row.key.communication << ", "
                                            << row.key.recipient << ": " << name_of(row.stage);
        EXPECT_EQ(row.outcome == SendOutcome::open, held) << where;
        if (ended) {
            EXPECT_TRUE(row.number.empty());
        }
        if (row.outcome == SendOutcome::completed) {
            const auto& told = world.fhir.seen(row.key.communication).fax_ids;
            EXPECT_EQ(std::ranges::count(told, row.fax_id), 1) << where;
        }
    }

    /// The caller repeats its calls, as the real client does, until all is over.
    static void live_on(SendingWorld& world) {
        world.begin();
        world.live({"c1", "c2"});
        world.live_to_the_end();
    }
};

TEST_P(SendingCrash, no_number_gets_it_twice_after_a_crash_at_every_point) {
    int points = 0;
    for (int crash_at = 0;; ++crash_at) {
        SendingWorld world;
        arrange(world, GetParam());
        const bool crashed = world.live_until(crash_at, {"c1", "c2"});
        live_on(world);
        expect_well(world, "crash point " + std::to_string(crash_at));
        if (HasFailure())
            return;
        points = crash_at;
        if (!crashed)
            break;
    }
    EXPECT_GT(points, 50) << "the sweep must really pass through all of it";
}

TEST_P(SendingCrash, two_crashes_in_a_row_do_no_more_harm_than_one) {
    for (int first = 0; first < 90; first += 7)
        for (int second = 0; second < 60; second += 5) {
            SendingWorld world;
            arrange(world, GetParam());
            world.live_until(first, {"c1", "c2"});
            world.clock.advance(world.settings.settle);
            world.begin();
            world.live_until(second, {"c1", "c2"});
            live_on(world);
            expect_well(world, std::to_string(first) + ", " + std::to_string(second));
            if (HasFailure())
                return;
        }
}

INSTANTIATE_TEST_SUITE_P(Weathers, SendingCrash,
                         testing::Values(Weather{"fair"}, Weather{"failing", SendStatus::State::failed},
                                         Weather{"unlisted", SendStatus::State::completed, false},
                                         Weather{"answers_lost", SendStatus::State::completed, true, true},
                                         Weather{"lost_and_unlisted", SendStatus::State::completed, false,
                                                 true}),
                         [](const auto& weather) { return std::string(weather.param.name); });

} // namespace
} // namespace efaxd::flow
