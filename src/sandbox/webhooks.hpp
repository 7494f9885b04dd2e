// The simulated eFax tells of faxes: one POST when a received fax is listed, one when a sent fax ends.
#pragma once

#include "sandbox/efax_store.hpp"
#include "sandbox/sent_store.hpp"

#include <array>
#include <condition_variable>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace efaxd::sandbox {

enum class SignatureStyle { good, missing, wrong, upper_case, base64 };
inline constexpr std::array<std::string_view, 5> signature_style_names{"good", "missing", "wrong",
                                                                       "upper_case", "base64"};

struct WebhookSettings {
    std::string inbound_url{}; ///< `http://127.0.0.1:PORT/path`; empty: nothing is posted
    std::string outbound_url{};
    std::string secret{};
    SignatureStyle signature = SignatureStyle::good;
    bool embed = false; ///< the document is in the body
    int copies = 1;     ///< of each post
    Duration delay{};   ///< of the sandbox's clock, from the event to the post
};

struct WebhookPost {
    std::string fax_id;
    std::string direction; ///< `INBOUND`, `OUTBOUND`
    int status = 0;        ///< of the reply; 0: there was none within five seconds
};

/// Value of `X-HMAC-Signature`; empty: no such header.
std::string webhook_signature(std::string_view secret, std::string_view body, SignatureStyle style);

/// The members every post has.
std::string webhook_body(const std::string& app, const std::string& user_id, const std::string& fax_id,
                         std::string_view direction, const std::string& image = {});

/// Posts from a thread of its own, one at a time; a reader that hangs holds up the next posts and nobody
/// else. Safe from any thread.
class Webhooks {
  public:
    /// Hears of all that happens in the three, which nobody else may use yet.
    Webhooks(SimulatedClock& clock, EfaxStore& received, SentStore& sent);
    ~Webhooks(); ///< cuts a post under way

    /// Faxes that are listed, or end, from now on are posted. Throws BadCall for an URL that is not on
    /// loopback.
    void set(const WebhookSettings& settings);
    WebhookSettings settings() const;
    void reset();
    /// Something may have come about: a fax, or time.
    void look();

    std::vector<WebhookPost> posts() const; ///< each copy
    /// Blocks until so many were posted; false after the time given.
    bool wait_for(std::size_t count, Duration patience = std::chrono::seconds{10}) const;

  private:
    struct Event {
        Instant due{};
        std::string fax_id;
        bool inbound = true;
    };
    void run(const std::stop_token& stop);
    void collect_received();
    Instant collect_sent(); ///< gives the moment when the next one ends
    /// Posts what is due; gives the moment when the next one is.
    Instant post_due(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
    void post(const Event& event, std::unique_lock<std::mutex>& lock, const std::stop_token& stop);

    const SimulatedClock& clock_;
    const EfaxStore& received_;
    const SentStore& sent_;
    mutable std::mutex mutex_;
    mutable std::condition_variable_any changed_;
    WebhookSettings settings_;
    std::uint64_t looks_ = 0;
    std::size_t known_received_ = 0;
    std::set<std::string> told_; ///< sent faxes whose end was posted, or had come before
    std::vector<Event> waiting_;
    std::vector<WebhookPost> posts_;
    std::jthread thread_;
};

} // namespace efaxd::sandbox
