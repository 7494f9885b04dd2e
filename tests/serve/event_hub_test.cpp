// Events as a stream: the hub alone, and through a door on a real socket.
#include "serve/event_hub.hpp"

#include "efaxd/log.hpp"
#include "serve/open_door.hpp"
#include "serve/raw_client.hpp"
#include "serve/sample_routes.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace efaxd::serve {
namespace {

using namespace std::chrono_literals;

class Events : public testing::Test {
  protected:
    Events() { log::configure(log::Level::error, log::Format::text); }

    static void say(int times) {
        for (int i = 0; i < times; ++i)
            log::write(log::fax_delivered, {log::project("clinic"), log::count("n", i)});
    }
};

TEST_F(Events, come_with_their_code_and_their_line_as_json) {
    EventHub hub;
    const auto feed = hub.listen({});
    EXPECT_EQ(feed->take().text, ": events of efaxd\n\n");
    log::write(log::fax_delivered, {log::project("clinic"), log::fax("12345678")});
    const Feed::Piece piece = feed->take();
    EXPECT_TRUE(piece.text.starts_with("event: fax.delivered\ndata: {\"time\":\"")) << piece.text;
    EXPECT_TRUE(says(piece.text, R"("project":"clinic","fax":"12345678"})")) << piece.text;
    EXPECT_TRUE(piece.text.ends_with("}\n\n"));
    EXPECT_FALSE(piece.last);
    EXPECT_EQ(feed->take().text, "");
}

TEST_F(Events, are_those_that_each_listener_wants) {
    EventHub hub;
    const auto debug = hub.listen({log::Level::debug, {}});
    const auto mailboxes = hub.listen({log::Level::info, "mailbox."});
    log::write(log::fax_claimed); // debug
    log::write(log::mailbox_added);
    EXPECT_TRUE(says(debug->take().text, "fax.claimed"));
    const std::string heard = mailboxes->take().text;
    EXPECT_TRUE(says(heard, "mailbox.added"));
    EXPECT_FALSE(says(heard, "fax.claimed"));
}

TEST_F(Events, wake_a_listener_that_has_nothing_left) {
    EventHub hub;
    const auto feed = hub.listen({});
    int woken = 0;
    feed->on_news([&] { ++woken; });
    EXPECT_EQ(woken, 1); // something may be there already
    feed->take();
    say(3);
    EXPECT_EQ(woken, 2);
    feed->take();
    say(1);
    EXPECT_EQ(woken, 3);
}

TEST_F(Events, end_for_a_slow_listener_with_how_much_it_missed) {
    EventHub hub({.listeners = 4, .bytes = 1000});
    const auto slow = hub.listen({});
    const auto quick = hub.listen({});
    for (int i = 0; i < 100; ++i) {
        say(1);
        EXPECT_TRUE(says(quick->take().text, "fax.delivered"));
    }
    const Feed::Piece piece = slow->take();
    EXPECT_TRUE(piece.last);
    EXPECT_LT(piece.text.size(), 1100u);
    std::size_t heard = 0;
    for (auto at = piece.text.find("event: fax"); at != std::string::npos;
         at = piece.text.find("event: fax", at + 1))
        ++heard;
    EXPECT_GT(heard, 0u);
    EXPECT_TRUE(
        piece.text.ends_with("event: missed\ndata: {\"missed\":" + std::to_string(100 - heard) + "}\n\n"))
        << piece.text;
}

TEST_F(Events, have_a_bounded_number_of_listeners) {
    EventHub hub({.listeners = 2, .bytes = 1000});
    auto first = hub.listen({});
    const auto second = hub.listen({});
    EXPECT_EQ(hub.listen({}), nullptr);
    first.reset();
    EXPECT_NE(hub.listen({}), nullptr);
}

TEST_F(Events, are_silent_once_the_hub_is_gone) {
    auto hub = std::make_unique<EventHub>();
    const auto feed = hub->listen({});
    feed->take();
    hub.reset();
    say(1);
    EXPECT_EQ(feed->take().text, "");
}

/// A door with a hub behind it.
template <class Open>
struct Stream {
    explicit Stream(EventHub::Bounds bounds = {}, std::chrono::milliseconds heartbeat = 15s)
        : hub(bounds), open({{"GET", "/events", "", false,
                              [this](const Question&, const Reply& reply) {
                                  reply({200, "text/event-stream", {}, {}, hub.listen({})});
                              }}},
                            options(heartbeat)) {}

    static typename Open::Options options(std::chrono::milliseconds heartbeat) {
        typename Open::Options options;
        options.heartbeat = heartbeat;
        options.client_patience = 300ms;
        return options;
    }

    EventHub hub;
    Open open;
};

/// What comes until the text does; all of it if it never does.
std::string hear_until(RawClient& client, const std::string& text) {
    std::string heard;
    while (!says(heard, text)) {
        const std::string more = client.hear_some();
        if (more.empty())
            break;
        heard += more;
    }
    return heard;
}

template <class Open>
class EventDoor : public testing::Test {};
using Doors = testing::Types<OpenDoor, OpenTcpDoor>;
TYPED_TEST_SUITE(EventDoor, Doors);

constexpr auto listen_to_events = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n";

TYPED_TEST(EventDoor, streams_events_in_chunks) {
    Stream<TypeParam> stream;
    RawClient client(stream.open.place());
    client.say(listen_to_events);
    const std::string head = hear_until(client, ": events of efaxd");
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")) << head;
    EXPECT_TRUE(says(head, "Transfer-Encoding: chunked\r\n"));
    log::write(log::fax_delivered, {log::fax("12345678")});
    EXPECT_TRUE(says(hear_until(client, "12345678"), "event: fax.delivered\n"));
    log::write(log::fax_delivered, {log::fax("12345679")});
    EXPECT_TRUE(says(hear_until(client, "12345679"), "event: fax.delivered\n"));
}

TYPED_TEST(EventDoor, says_that_it_is_alive_when_nothing_happens) {
    Stream<TypeParam> stream({}, 10ms);
    RawClient client(stream.open.place());
    client.say(listen_to_events);
    EXPECT_TRUE(says(hear_until(client, ": heartbeat\n\n"), ": heartbeat\n\n"));
    log::write(log::fax_delivered, {log::fax("12345678")});
    EXPECT_TRUE(says(hear_until(client, "12345678"), "12345678"));
}

TYPED_TEST(EventDoor, lets_a_listener_stay_longer_than_a_client_may_be_silent) {
    Stream<TypeParam> stream({}, 50ms);
    RawClient client(stream.open.place());
    client.say(listen_to_events);
    std::string heard;
    for (int beats = 0; beats < 10; ++beats) // 500 ms, and the patience is 300
        heard = hear_until(client, ": heartbeat");
    EXPECT_TRUE(says(heard, ": heartbeat"));
}

TYPED_TEST(EventDoor, notices_that_a_listener_has_gone) {
    Stream<TypeParam> stream({.listeners = 1, .bytes = 1000});
    RawClient client(stream.open.place());
    client.say(listen_to_events);
    hear_until(client, ": events");
    client.hang_up();
    std::shared_ptr<Feed> next;
    while (!next) // the one place comes free without any event
        next = stream.hub.listen({});
    SUCCEED();
}

TYPED_TEST(EventDoor, ends_for_who_does_not_read_and_for_nobody_else) {
    Stream<TypeParam> stream({.listeners = 2, .bytes = 64u << 10});
    RawClient deaf(stream.open.place());
    RawClient good(stream.open.place());
    for (const RawClient* client : {&deaf, &good})
        client->say(listen_to_events);
    hear_until(deaf, ": events");
    hear_until(good, ": events");
    std::shared_ptr<Feed> next;
    for (int n = 0; !next; ++n) { // until the deaf one's place is free
        log::write(log::fax_delivered, {log::count("n", n), log::place(std::string(200, 'x'))});
        EXPECT_FALSE(hear_until(good, "\"n\":" + std::to_string(n) + ",").empty());
        next = stream.hub.listen({});
    }
    EXPECT_TRUE(deaf.ended() || !deaf.hear_out().empty());
}

TYPED_TEST(EventDoor, answers_HEAD_without_an_event) {
    Stream<TypeParam> stream;
    RawClient client(stream.open.place());
    client.say("HEAD /events HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string head = client.hear_out();
    EXPECT_TRUE(says(head, "text/event-stream"));
    EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

TYPED_TEST(EventDoor, closes_over_a_listener) {
    Stream<TypeParam> stream;
    RawClient client(stream.open.place());
    client.say(listen_to_events);
    hear_until(client, ": events");
    stream.open.door->close();
    EXPECT_EQ(client.hear_out(), "");
    log::write(log::fax_delivered);
}

} // namespace
} // namespace efaxd::serve
