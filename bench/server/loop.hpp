// One thread and one epoll: TLS connections that are answered, each one request after another.
#pragma once

#include "server/request.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

struct ssl_ctx_st;

namespace efaxd::bench {

/// A whole reply, head included.
struct Answer {
    std::string text;
    std::string_view shared{}; ///< goes out behind `text`; outlives the loop
};

class Connection;

/// Throws std::runtime_error if it cannot start; a connection that fails is dropped.
class Loop {
  public:
    using Clock = std::chrono::steady_clock;
    /// Called once the whole body has come, which is thrown away.
    using Respond = std::function<Answer(const Request& request)>;

    Loop(const std::string& certificate, const std::string& key, Respond respond);
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Listens on one more port of 127.0.0.1 and tells which.
    std::uint16_t listen();
    /// Every answer waits for so long from here on.
    void delay(Clock::duration duration) { delay_ = duration; }
    /// Calls when there is something to read.
    void watch(int file, std::function<void()> readable);

    void run();
    void stop() { running_ = false; }
    std::uint64_t connections() const { return next_id_; } ///< ever made

  private:
    friend class Connection;
    struct Late {
        Clock::time_point due;
        std::uint64_t connection;
    };

    void welcome(int listener);
    void attend(std::uint64_t id);
    void send_late();
    Clock::duration until_next() const;

    struct Free {
        void operator()(ssl_ctx_st* context) const;
    };
    std::unique_ptr<ssl_ctx_st, Free> context_;
    Respond respond_;
    int epoll_ = -1;
    bool running_ = true;
    Clock::duration delay_{};
    std::deque<Late> late_; ///< by due time, since all wait equally long
    std::uint64_t next_id_ = 0;
    std::unordered_map<int, std::function<void()>> watched_;
    std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
};

} // namespace efaxd::bench
