#include "serve/crowd.hpp"

#include "serve/open_door.hpp"
#include "serve/raw_client.hpp"
#include "serve/sample_routes.hpp"

#include <gtest/gtest.h>

namespace efaxd::serve {
namespace {

using Busy = Guest::Busy;

TEST(Crowd, loses_who_has_been_silent_for_longest) {
    EXPECT_EQ(
        who_must_go({{1, Busy::with_nothing, 7}, {1, Busy::with_nothing, 5}, {1, Busy::with_nothing, 6}}, 1),
        1u);
    EXPECT_EQ(who_must_go(
                  {{1, Busy::with_listening, 1}, {1, Busy::with_sending, 2}, {1, Busy::with_nothing, 3}}, 1),
              2u);
    EXPECT_EQ(who_must_go({{1, Busy::with_listening, 1}, {1, Busy::with_sending, 2}}, 1), 1u);
}

TEST(Crowd, loses_one_of_whoever_has_the_most_places) {
    EXPECT_EQ(
        who_must_go({{5, Busy::with_nothing, 1}, {6, Busy::with_sending, 8}, {6, Busy::with_sending, 9}}, 0),
        1u);
}

TEST(Crowd, breaks_off_no_answer_that_is_being_made_but_for_somebody_else_in_a_crowd_of_one) {
    const std::vector<Guest> guests = {{5, Busy::with_being_answered, 2}, {5, Busy::with_being_answered, 1}};
    EXPECT_EQ(who_must_go(guests, 5), std::nullopt);
    EXPECT_EQ(who_must_go(guests, 0), 1u);
    EXPECT_EQ(who_must_go({{5, Busy::with_being_answered, 2}, {6, Busy::with_being_answered, 1}}, 0),
              std::nullopt);
    EXPECT_EQ(who_must_go({}, 0), std::nullopt);
}

template <class Opened>
class CrowdedDoor : public ::testing::Test {};
using Doors = ::testing::Types<OpenDoor, OpenTcpDoor>;
TYPED_TEST_SUITE(CrowdedDoor, Doors);

// However many say nothing, half of something, or ask and never listen: who has something to say is heard.
TYPED_TEST(CrowdedDoor, hears_a_newcomer_at_once) {
    typename TypeParam::Options options;
    options.connections = 8;
    options.client_patience = std::chrono::hours{1};
    Route large{"GET", "/large", "", false, [](const Question&, Reply reply) {
                    reply({200, "text/plain", std::string(8u << 20, 'x')});
                }};
    TypeParam open({echo("GET", "/status"), echo("POST", "/b"), large}, options);
    std::vector<std::unique_ptr<RawClient>> crowd;
    for (int i = 0; i < 100; ++i) {
        crowd.push_back(std::make_unique<RawClient>(open.place()));
        ASSERT_TRUE(crowd.back()->connected()) << i;
        if (i % 4 == 1)
            crowd.back()->say("GET /status HT");
        if (i % 4 == 2)
            crowd.back()->say("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
        if (i % 4 == 3)
            crowd.back()->say("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
        if (i % 10 == 9) {
            EXPECT_TRUE(RawClient(open.place()).get("/status").starts_with("HTTP/1.1 200")) << i;
        }
    }
}

TYPED_TEST(CrowdedDoor, keeps_those_whose_answer_is_being_made) {
    typename TypeParam::Options options;
    options.connections = 3;
    std::promise<Reply> asked;
    TypeParam open({{"GET", "/slow", "", false,
                     [&](const Question&, Reply reply) { asked.set_value(std::move(reply)); }},
                    echo("GET", "/status")},
                   options);
    RawClient slow(open.place());
    ASSERT_TRUE(slow.say("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
    const Reply reply = asked.get_future().get();
    std::vector<std::unique_ptr<RawClient>> crowd;
    for (int i = 0; i < 20; ++i)
        crowd.push_back(std::make_unique<RawClient>(open.place()));
    EXPECT_TRUE(RawClient(open.place()).get("/status").starts_with("HTTP/1.1 200"));
    reply({200, "text/plain", "at last"});
    EXPECT_NE(slow.hear().find("at last"), std::string::npos);
}

} // namespace
} // namespace efaxd::serve
