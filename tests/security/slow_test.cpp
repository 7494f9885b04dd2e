// Servers that answer a byte at a time: others go on, and the limits hold.
#include "efax/scripted_efax.hpp"
#include "http/client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace efaxd::security {
namespace {

using fakes::LoopbackServer;
using Answer = LoopbackServer::Answer;
using Seen = LoopbackServer::Seen;
using namespace std::chrono_literals;
using efax::testing::json_answer;
using efax::testing::page;

/// Lets a trickle have one byte more each time it is told to, and ends it with the test.
class Tap {
  public:
    ~Tap() { close(); }

    void drip() {
        const std::lock_guard lock(mutex_);
        ++allowed_;
        changed_.notify_all();
    }
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        changed_.notify_all();
    }
    /// One byte of the body, when its time has come.
    std::string_view next() {
        std::unique_lock lock(mutex_);
        const std::size_t mine = ++taken_;
        changed_.wait(lock, [&] { return closed_ || mine <= allowed_; });
        return closed_ ? std::string_view{} : std::string_view{" "};
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t allowed_ = 0;
    std::size_t taken_ = 0;
    bool closed_ = false;
};

Answer trickle(Tap& tap) {
    Answer answer;
    answer.raw = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n";
    answer.pour = [&tap] { return tap.next(); };
    return answer;
}

// Documents trickle on all the connections that they may have; every list still comes at once.
TEST(SlowReplies, of_documents_leave_lists_alone) {
    Tap tap;
    efax::testing::Bench bench([&](const Seen& seen) {
        if (seen.target.starts_with("/faxes/received")) {
            tap.drip();
            return json_answer(page(0, 1));
        }
        return trickle(tap);
    });
    std::stop_source stop;
    std::vector<std::jthread> slow;
    for (int i = 0; i < 50; ++i)
        slow.emplace_back([&, i] {
            EXPECT_THROW(bench.service.fetch(
                             "10000001-2000000" + std::to_string(i % 10), efax::testing::Bench::fax(i + 1),
                             [](std::string_view) {}, stop.get_token()),
                         Stopped);
        });
    ASSERT_TRUE(bench.efax.server().wait_for(1 + 6)); // a token, and as many documents as may go at once
    for (int i = 0; i < 300; ++i)
        EXPECT_EQ(bench.list().faxes.size(), 1u);
    EXPECT_EQ(bench.efax.requests("/faxes/received").size(), 300u);
    stop.request_stop();
    slow.clear();
    tap.close();
}

/// A byte about every ten milliseconds, whatever the reply is about.
class Trickler {
  public:
    explicit Trickler(std::string first, std::string again)
        : server_([first = std::move(first), again = std::move(again)](const Seen&) {
              Answer answer;
              answer.raw = first;
              answer.pour = [again]() -> std::string_view {
                  std::mutex nobody;
                  std::unique_lock lock(nobody);
                  std::condition_variable never; // the pace of the server; no test waits for it to pass
                  never.wait_for(lock, 10ms);
                  return again;
              };
              return answer;
          }) {}

    http::Error::Kind ends_with(http::Limits limits) const {
        http::Client client({});
        http::Request request;
        request.url = server_.url();
        request.limits = limits;
        try {
            client.exchange(request, {});
        } catch (const http::Error& error) {
            return error.kind;
        }
        return http::Error::Kind::refused;
    }

  private:
    LoopbackServer server_;
};

const std::string head = "HTTP/1.1 200 OK\r\n";

TEST(SlowReplies, meet_the_total_limit_wherever_they_are) {
    for (const auto& [first, again] :
         {std::pair<std::string, std::string>{head + "Content-Length: 100000\r\n\r\n", "x"},
          {head, "x"},
          {head + "X-A: ", "a"},
          {"H", "T"},
          {head + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"},
          {head + "Transfer-Encoding: chunked\r\n\r\n1;", "e"},
          {head + "Transfer-Encoding: chunked\r\n\r\n0\r\n", "X-T: t\r\n"},
          {"HTTP/1.1 102 Wait\r\n\r\n", "HTTP/1.1 102 Wait\r\n\r\n"}}) {
        http::Limits limits;
        limits.total = 200ms;
        const auto kind = Trickler(first, again).ends_with(limits);
        EXPECT_TRUE(kind == http::Error::Kind::timed_out || kind == http::Error::Kind::broken)
            << first << again << static_cast<int>(kind);
    }
}

// What is thrown away, such as the extensions of a chunk, is no progress.
TEST(SlowReplies, meet_the_idle_limit_where_nothing_of_them_is_kept) {
    http::Limits limits;
    limits.idle = 200ms;
    EXPECT_EQ(Trickler(head + "Transfer-Encoding: chunked\r\n\r\n1;", "e").ends_with(limits),
              http::Error::Kind::timed_out);
    EXPECT_EQ(Trickler(head + "X-A: ", "a").ends_with(limits), http::Error::Kind::timed_out);
}

} // namespace
} // namespace efaxd::security
