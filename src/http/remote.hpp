// One server we speak to: a shelf of clients, few requests at once, and pauses when it asks for them.
#pragma once

#include "efaxd/ports/clock.hpp"
#include "http/client.hpp"
#include "http/measured.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace efaxd::http {

struct RemoteOptions {
    Side side{};
    std::string base_url; ///< without a slash at the end
    std::string ca_file;
    std::string proxy;
    int in_flight = 8;  ///< requests at once
    Duration spacing{}; ///< least time between the starts of two requests
};

/// Safe from any thread. Clients are lent last used first, so that few connections stay warm.
///
/// Bulky requests take all but two of the clients at most (but one in any case), and none while another
/// request waits: however slowly documents trickle, small requests go on.
class Remote {
  public:
    Remote(RemoteOptions options, Clock& clock);

    const std::string& base_url() const { return options_.base_url; }

    /// Waits for a free client and for the spacing, then exchanges. Throws as Client::exchange does, and
    /// Paused at once while a pause lasts.
    Reply exchange(const Request& request, std::stop_token stop, const Sink& sink = {});

    /// No request is started for this long; a shorter pause never cuts a longer one.
    void pause(Duration duration);
    /// What is left of the pause.
    std::optional<Duration> paused() const;

    /// Requests that wait for their turn.
    int waiting() const;

    /// The server's clock minus ours, by the `Date` of its last reply.
    std::optional<Duration> skew() const;

  private:
    std::unique_ptr<Client> borrow(bool bulky, const std::stop_token& stop);
    void wait_for_turn(std::unique_lock<std::mutex>& lock, bool bulky, const std::stop_token& stop);
    bool may_start(bool bulky) const;
    void give_back(std::unique_ptr<Client> client, bool bulky);
    void note_date(const Reply& reply);

    RemoteOptions options_;
    Clock& clock_;
    mutable std::mutex mutex_;
    std::condition_variable_any freed_;
    std::vector<std::unique_ptr<Client>> shelf_;
    int lent_ = 0; ///< to bulky requests as well
    int lent_to_bulky_ = 0;
    int small_waiting_ = 0;
    int bulky_waiting_ = 0;
    Steady next_start_{};
    Steady paused_until_{};
    std::optional<Duration> skew_;
};

struct Paused : std::exception {
    explicit Paused(Duration left_) : left(left_) {}
    const char* what() const noexcept override { return "paused"; }
    Duration left;
};

/// `Retry-After` as seconds or as an HTTP date against our clock, clamped to 1 s … 1 h; garbage counts as
/// absent.
std::optional<Duration> retry_after(const Reply& reply, Instant now);

} // namespace efaxd::http
