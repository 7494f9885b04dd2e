#include "http/remote.hpp"

#include "efaxd/core/fault.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/loopback_server.hpp"

#include <atomic>
#include <future>
#include <gtest/gtest.h>
#include <optional>
#include <set>
#include <thread>

namespace efaxd::http {
namespace {

using fakes::LoopbackServer;
using Answer = LoopbackServer::Answer;
using Seen = LoopbackServer::Seen;
using namespace std::chrono_literals;

Request request_to(const LoopbackServer& server, const std::string& path = "/x") {
    Request request;
    request.url = server.url() + path;
    return request;
}

RemoteOptions options_for(const LoopbackServer& server, int in_flight = 8, Duration spacing = {}) {
    return {.base_url = server.url(), .ca_file = {}, .proxy = {}, .in_flight = in_flight, .spacing = spacing};
}

TEST(Remote, lends_the_last_used_client_first) {
    fakes::FakeClock clock;
    LoopbackServer server([](const Seen&) { return Answer{}; });
    Remote remote(options_for(server), clock);
    // Within the sink of the first, a second client is on loan; it comes back first, so the first lies on
    // top.
    LoopbackServer outer([](const Seen&) {
        Answer answer;
        answer.body = "x";
        return answer;
    });
    remote.exchange(request_to(outer), {}, [&](const Reply&, std::string_view) {
        remote.exchange(request_to(server, "/inner"), {});
    });
    remote.exchange(request_to(server), {}); // the outer client's first visit here
    remote.exchange(request_to(server), {});
    const auto diary = server.diary();
    ASSERT_EQ(diary.size(), 3u);
    EXPECT_EQ(diary[0].connection, 0);
    EXPECT_EQ(diary[1].connection, 1);
    EXPECT_EQ(diary[2].connection, 1) << "the warm one again";
}

TEST(Remote, uses_one_connection_for_one_request_at_a_time) {
    fakes::FakeClock clock;
    LoopbackServer server([](const Seen&) { return Answer{}; });
    Remote remote(options_for(server), clock);
    for (int i = 0; i < 5; ++i)
        remote.exchange(request_to(server), {});
    EXPECT_EQ(server.diary().back().connection, 0);
}

TEST(Remote, never_has_more_requests_out_than_allowed) {
    fakes::FakeClock clock;
    LoopbackServer server([](const Seen&) {
        Answer answer;
        answer.body = "x";
        return answer;
    });
    Remote remote(options_for(server, 3), clock);
    std::atomic<int> out{0};
    std::atomic<int> most{0};
    std::vector<std::future<void>> calls;
    for (int i = 0; i < 12; ++i)
        calls.push_back(std::async(std::launch::async, [&] {
            for (int j = 0; j < 10; ++j)
                remote.exchange(request_to(server), {}, [&](const Reply&, std::string_view) {
                    const int now = ++out;
                    for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
                    }
                    std::this_thread::yield();
                    --out;
                });
        }));
    for (auto& call : calls)
        call.get();
    EXPECT_LE(most, 3);
    std::set<int> connections;
    for (const Seen& seen : server.diary())
        connections.insert(seen.connection);
    EXPECT_LE(connections.size(), 3u);
    EXPECT_EQ(server.diary().size(), 120u);
}

/// A remote with one client, which is out until `release`.
class BusyRemote : public testing::Test {
  protected:
    BusyRemote()
        : server([](const Seen& seen) {
              Answer answer;
              answer.stall = seen.target == "/stalled";
              return answer;
          }),
          remote(options_for(server, 1), clock), busy(std::async(std::launch::async, [this] {
              EXPECT_THROW(remote.exchange(request_to(server, "/stalled"), stop_busy.get_token()), Stopped);
          })) {
        server.wait_for(1);
    }
    ~BusyRemote() override { release(); }

    void release() {
        stop_busy.request_stop();
        if (busy.valid())
            busy.get();
    }

    fakes::FakeClock clock;
    LoopbackServer server;
    Remote remote;
    std::stop_source stop_busy;
    std::future<void> busy;
};

TEST_F(BusyRemote, lets_a_waiting_caller_go_when_it_is_stopped) {
    std::stop_source stop;
    auto waiting =
        std::async(std::launch::async, [&] { remote.exchange(request_to(server), stop.get_token()); });
    stop.request_stop();
    EXPECT_THROW(waiting.get(), Stopped);
    EXPECT_EQ(server.diary().size(), 1u);
}

TEST_F(BusyRemote, serves_a_waiting_caller_once_a_client_is_free) {
    auto waiting =
        std::async(std::launch::async, [&] { return remote.exchange(request_to(server), {}).status; });
    release();
    EXPECT_EQ(waiting.get(), 200);
}

TEST_F(BusyRemote, tells_a_waiting_caller_of_a_pause_at_once) {
    auto waiting = std::async(std::launch::async, [&] { remote.exchange(request_to(server), {}); });
    remote.pause(1min);
    EXPECT_THROW(waiting.get(), Paused);
}

/// A server whose documents never end, and a remote towards it.
class TricklingDocuments : public testing::Test {
  protected:
    void start(int in_flight) { remote.emplace(options_for(server, in_flight), clock); }

    void fetch(int documents) {
        for (int i = 0; i < documents; ++i)
            fetches.push_back(std::async(std::launch::async, [this] {
                EXPECT_THROW(remote->exchange(document(), stop.get_token()), Stopped);
            }));
    }
    Request document() const {
        Request request = request_to(server, "/document");
        request.bulky = true;
        return request;
    }
    int documents_asked_for() const {
        int asked = 0;
        for (const Seen& seen : server.diary())
            asked += seen.target == "/document" ? 1 : 0;
        return asked;
    }
    void cut() {
        stop.request_stop();
        for (auto& one : fetches)
            one.get();
        fetches.clear();
    }
    ~TricklingDocuments() override { cut(); }

    fakes::FakeClock clock;
    LoopbackServer server{[](const Seen& seen) {
        Answer answer;
        answer.stall = seen.target == "/document";
        return answer;
    }};
    std::optional<Remote> remote;
    std::stop_source stop;
    std::vector<std::future<void>> fetches;
};

TEST_F(TricklingDocuments, leave_two_clients_to_small_requests) {
    start(8);
    fetch(12);
    ASSERT_TRUE(server.wait_for(6));
    EXPECT_EQ(remote->exchange(request_to(server), {}).status, 200);
    EXPECT_EQ(remote->exchange(request_to(server), {}, {}).status, 200);
    EXPECT_EQ(documents_asked_for(), 6);
}

TEST_F(TricklingDocuments, get_one_client_however_few_there_are) {
    for (const int in_flight : {1, 2, 3}) {
        stop = {};
        const auto before = server.diary().size();
        start(in_flight);
        fetch(2);
        ASSERT_TRUE(server.wait_for(before + 1)) << in_flight;
        if (in_flight > 1) {
            EXPECT_EQ(remote->exchange(request_to(server), {}).status, 200) << in_flight;
        }
        cut();
        EXPECT_EQ(documents_asked_for(), in_flight);
    }
}

TEST_F(TricklingDocuments, are_stopped_and_told_of_a_pause_while_they_wait) {
    start(1);
    fetch(1);
    ASSERT_TRUE(server.wait_for(1));
    std::stop_source other;
    auto stopped = std::async(std::launch::async, [&] { remote->exchange(document(), other.get_token()); });
    other.request_stop();
    EXPECT_THROW(stopped.get(), Stopped);
    auto paused = std::async(std::launch::async, [&] { remote->exchange(document(), {}); });
    remote->pause(1min);
    EXPECT_THROW(paused.get(), Paused);
    EXPECT_EQ(documents_asked_for(), 1);
}

TEST(Remote, serves_waiting_small_requests_before_bulky_ones) {
    for (int round = 0; round < 20; ++round) {
        fakes::FakeClock clock;
        LoopbackServer server([](const Seen& seen) {
            Answer answer;
            answer.stall = seen.target == "/stalled";
            return answer;
        });
        Remote remote(options_for(server, 1), clock);
        std::stop_source stop;
        auto busy = std::async(std::launch::async, [&] {
            EXPECT_THROW(remote.exchange(request_to(server, "/stalled"), stop.get_token()), Stopped);
        });
        ASSERT_TRUE(server.wait_for(1));
        Request document = request_to(server, "/document");
        document.bulky = true;
        auto large = std::async(std::launch::async, [&] { remote.exchange(document, {}); });
        auto small = std::async(std::launch::async, [&] { remote.exchange(request_to(server), {}); });
        while (remote.waiting() < 2)
            std::this_thread::yield();
        stop.request_stop();
        busy.get();
        small.get();
        large.get();
        const auto diary = server.diary();
        ASSERT_EQ(diary.size(), 3u);
        EXPECT_EQ(diary[1].target, "/x");
        EXPECT_EQ(diary[2].target, "/document");
    }
}

TEST(Remote, lets_a_bulky_request_go_once_the_small_one_before_it_has_given_up) {
    fakes::FakeClock clock;
    LoopbackServer server([](const Seen&) { return Answer{}; });
    Remote remote(options_for(server, 4, 1h), clock);
    remote.exchange(request_to(server), {});
    std::stop_source stop;
    auto small = std::async(std::launch::async, [&] {
        EXPECT_THROW(remote.exchange(request_to(server), stop.get_token()), Stopped);
    });
    while (remote.waiting() < 1)
        std::this_thread::yield();
    Request document = request_to(server, "/document");
    document.bulky = true;
    auto large = std::async(std::launch::async, [&] { return remote.exchange(document, {}).status; });
    while (remote.waiting() < 2)
        std::this_thread::yield();
    clock.advance(1h);
    stop.request_stop();
    small.get();
    EXPECT_EQ(large.get(), 200);
}

TEST(Remote, gives_a_client_back_whatever_happens) {
    fakes::FakeClock clock;
    LoopbackServer server([](const Seen& seen) {
        Answer answer;
        answer.body = "x";
        answer.hang_up = seen.target == "/bad";
        return answer;
    });
    Remote remote(options_for(server, 1), clock);
    for (int i = 0; i < 3; ++i) {
        EXPECT_THROW(remote.exchange(request_to(server, "/bad"), {}), Error);
        EXPECT_THROW(remote.exchange(request_to(server), {}, [](const Reply&, std::string_view) { throw 1; }),
                     int);
    }
    EXPECT_EQ(remote.exchange(request_to(server), {}).body, "x");
}

/// Every look at it moves it on, as real time would while a caller waits.
class RunningClock : public fakes::FakeClock {
  public:
    explicit RunningClock(Duration step) : step_(step) {}
    Steady steady() const override {
        const_cast<RunningClock*>(this)->advance(step_);
        ++looks;
        return FakeClock::steady();
    }
    mutable std::atomic<int> looks{0};

  private:
    Duration step_;
};

TEST(Remote, waits_between_two_requests_until_the_clock_has_moved_on) {
    RunningClock clock(2ms);
    LoopbackServer server([](const Seen&) { return Answer{}; });
    Remote remote(options_for(server, 8, 10ms), clock);
    remote.exchange(request_to(server), {});
    const int before = clock.looks;
    remote.exchange(request_to(server), {});
    // 10 ms after the first start, in looks of 2 ms: four too early, the fifth in time, and one for the next.
    EXPECT_EQ(clock.looks - before, 6);
}

TEST(Remote, waits_for_no_spacing_that_has_passed) {
    fakes::FakeClock clock;
    LoopbackServer server([](const Seen&) { return Answer{}; });
    Remote remote(options_for(server, 8, 1h), clock);
    for (int i = 0; i < 3; ++i) {
        remote.exchange(request_to(server), {});
        clock.advance(1h);
    }
    EXPECT_EQ(server.diary().size(), 3u);
}

TEST(Remote, lets_a_caller_go_that_waits_for_the_spacing_when_it_is_stopped) {
    fakes::FakeClock clock;
    LoopbackServer server([](const Seen&) { return Answer{}; });
    Remote remote(options_for(server, 8, 1h), clock);
    remote.exchange(request_to(server), {});
    std::stop_source stop;
    auto waiting =
        std::async(std::launch::async, [&] { remote.exchange(request_to(server), stop.get_token()); });
    auto paused = std::async(std::launch::async, [&] { remote.exchange(request_to(server), {}); });
    stop.request_stop();
    EXPECT_THROW(waiting.get(), Stopped);
    remote.pause(1min);
    EXPECT_THROW(paused.get(), Paused);
    EXPECT_EQ(server.diary().size(), 1u);
}

TEST(Remote, starts_nothing_while_paused) {
    fakes::FakeClock clock;
    LoopbackServer server([](const Seen&) { return Answer{}; });
    Remote remote(options_for(server), clock);
    EXPECT_FALSE(remote.paused());
    remote.pause(30s);
    clock.advance(10s);
    EXPECT_EQ(remote.paused(), Duration{20s});
    try {
        remote.exchange(request_to(server), {});
        FAIL();
    } catch (const Paused& paused) {
        EXPECT_EQ(paused.left, Duration{20s});
    }
    EXPECT_TRUE(server.diary().empty());
    clock.advance(20s);
    EXPECT_FALSE(remote.paused());
    EXPECT_EQ(remote.exchange(request_to(server), {}).status, 200);
}

TEST(Remote, lets_a_shorter_pause_cut_no_longer_one) {
    fakes::FakeClock clock;
    LoopbackServer server([](const Seen&) { return Answer{}; });
    Remote remote(options_for(server), clock);
    remote.pause(1min);
    remote.pause(1s);
    EXPECT_EQ(remote.paused(), Duration{1min});
    remote.pause(2min);
    EXPECT_EQ(remote.paused(), Duration{2min});
}

TEST(Remote, measures_the_servers_clock_by_its_last_date) {
    fakes::FakeClock clock; // 2026-10-03T14:00:00Z
    std::string date = "Sat, 03 Oct 2026 14:05:00 GMT";
    LoopbackServer server([&](const Seen&) {
        Answer answer;
        answer.headers = {{"Date", date}};
        return answer;
    });
    Remote remote(options_for(server), clock);
    EXPECT_FALSE(remote.skew());
    remote.exchange(request_to(server), {});
    EXPECT_EQ(remote.skew(), Duration{5min});
    date = "nonsense";
    remote.exchange(request_to(server), {});
    EXPECT_EQ(remote.skew(), Duration{5min}) << "garbage says nothing";
    date = "Sat, 03 Oct 999999999 14:05:00 GMT";
    remote.exchange(request_to(server), {});
    EXPECT_EQ(remote.skew(), Duration{5min}) << "nor does a year that no clock has";
    date = "Sat, 03 Oct 2026 13:59:00 GMT";
    remote.exchange(request_to(server), {});
    EXPECT_EQ(remote.skew(), Duration{-1min});
}

std::optional<Duration> retry_after_of(const std::string& value) {
    Reply reply;
    reply.headers = {{"x", "1"}, {"retry-after", value}};
    return retry_after(reply, fakes::FakeClock().now());
}

TEST(RetryAfter, reads_seconds) {
    EXPECT_EQ(retry_after_of("120"), Duration{2min});
    EXPECT_EQ(retry_after_of("1"), Duration{1s});
}

TEST(RetryAfter, reads_all_three_forms_of_a_date) {
    for (const char* date :
         {"Sat, 03 Oct 2026 14:00:42 GMT", "Saturday, 03-Oct-26 14:00:42 GMT", "Sat Oct  3 14:00:42 2026"})
        EXPECT_EQ(retry_after_of(date), Duration{42s}) << date;
}

TEST(RetryAfter, keeps_to_a_second_at_least_and_an_hour_at_most) {
    EXPECT_EQ(retry_after_of("0"), Duration{1s});
    EXPECT_EQ(retry_after_of("3601"), Duration{1h});
    EXPECT_EQ(retry_after_of("99999999999999999999999"), Duration{1h});
    EXPECT_EQ(retry_after_of("Sat, 03 Oct 2026 13:00:00 GMT"), Duration{1s});
    EXPECT_EQ(retry_after_of("Sun, 03 Oct 2027 13:00:00 GMT"), Duration{1h});
}

TEST(RetryAfter, takes_garbage_for_absent) {
    for (const char* value : {"", "soon", "-5", "1.5", "+5", "5 s", "2026-10-03T14:00:42Z",
                              "Sat, 99 Oct 2026", "Sat", "Sat, 03 Oct 999999999 14:00:42 GMT"})
        EXPECT_FALSE(retry_after_of(value)) << value;
    EXPECT_FALSE(retry_after(Reply{}, Instant{}));
}

} // namespace
} // namespace efaxd::http
