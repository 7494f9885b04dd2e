#include "http/remote.hpp"

#include "efaxd/core/fault.hpp"

#include <algorithm>
#include <charconv>
#include <curl/curl.h>
#include <string>
#include <utility>

namespace efaxd::http {

namespace {

constexpr int kept_for_small = 2; // of the clients

std::optional<Instant> http_date(std::string_view text) {
    // All three forms of RFC 9110 begin with the name of a weekday; curl_getdate alone would read more.
    const bool letter =
        !text.empty() && ((text[0] >= 'A' && text[0] <= 'Z') || (text[0] >= 'a' && text[0] <= 'z'));
    if (!letter || text.size() > 64)
        return std::nullopt;
    // curl knows years that no Instant can hold.
    constexpr std::time_t end_of_9999 = 253'402'300'799;
    const std::time_t seconds = curl_getdate(std::string(text).c_str(), nullptr);
    if (seconds < 0 || seconds > end_of_9999)
        return std::nullopt;
    return Instant{std::chrono::seconds{seconds}};
}

std::optional<Duration> seconds_in(std::string_view text) {
    if (text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    std::int32_t seconds = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), seconds).ec != std::errc{})
        return Duration::max(); // so many digits that any limit is met
    return std::chrono::seconds{seconds};
}

} // namespace

Remote::Remote(RemoteOptions options, Clock& clock) : options_(std::move(options)), clock_(clock) {
    options_.in_flight = std::max(1, options_.in_flight);
}

Reply Remote::exchange(const Request& request, std::stop_token stop, const Sink& sink) {
    // Gives the client back however the exchange ends.
    struct Loan {
        Remote& remote;
        bool bulky;
        std::unique_ptr<Client> client;
        ~Loan() { remote.give_back(std::move(client), bulky); }
    };
    const Loan loan{*this, request.bulky, borrow(request.bulky, stop)};
    Reply reply = measured(options_.side, request, clock_,
                           [&] { return loan.client->exchange(request, std::move(stop), sink); });
    note_date(reply);
    return reply;
}

std::unique_ptr<Client> Remote::borrow(bool bulky, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    wait_for_turn(lock, bulky, stop);
    next_start_ = clock_.steady() + options_.spacing;
    std::unique_ptr<Client> client;
    if (shelf_.empty()) {
        ClientOptions client_options;
        client_options.ca_file = options_.ca_file;
        client_options.proxy = options_.proxy;
        client = std::make_unique<Client>(std::move(client_options));
    } else {
        client = std::move(shelf_.back());
        shelf_.pop_back();
    }
    ++lent_;
    if (bulky)
        ++lent_to_bulky_;
    return client;
}

void Remote::wait_for_turn(std::unique_lock<std::mutex>& lock, bool bulky, const std::stop_token& stop) {
    // Counts a small request for as long as it waits; the bulky ones that let it go first are told.
    struct Queue {
        Remote& remote;
        int& waiting;
        Queue(Remote& remote_, bool bulky_)
            : remote(remote_), waiting(bulky_ ? remote_.bulky_waiting_ : remote_.small_waiting_) {
            ++waiting;
        }
        ~Queue() {
            --waiting;
            if (remote.small_waiting_ == 0 && remote.bulky_waiting_ > 0)
                remote.freed_.notify_all();
        }
        Queue(const Queue&) = delete;
        Queue& operator=(const Queue&) = delete;
    };
    const Queue queue(*this, bulky);
    for (;;) {
        if (stop.stop_requested())
            throw Stopped();
        const Steady now = clock_.steady();
        if (now < paused_until_)
            throw Paused(std::chrono::ceil<Duration>(paused_until_ - now));
        if (!may_start(bulky)) {
            freed_.wait(lock, stop, [&] { return may_start(bulky) || now < paused_until_; });
            continue;
        }
        if (options_.spacing.count() <= 0 || now >= next_start_)
            return;
        freed_.wait_for(lock, stop, next_start_ - now, [&] { return now < paused_until_; });
    }
}

bool Remote::may_start(bool bulky) const {
    if (lent_ >= options_.in_flight)
        return false;
    const int most_bulky = std::max(1, options_.in_flight - kept_for_small);
    return !bulky || (small_waiting_ == 0 && lent_to_bulky_ < most_bulky);
}

void Remote::give_back(std::unique_ptr<Client> client, bool bulky) {
    {
        const std::lock_guard lock(mutex_);
        shelf_.push_back(std::move(client));
        --lent_;
        if (bulky)
            --lent_to_bulky_;
    }
    // All: some wait for a client and some for the spacing.
    freed_.notify_all();
}

void Remote::pause(Duration duration) {
    {
        const std::lock_guard lock(mutex_);
        paused_until_ = std::max(paused_until_, clock_.steady() + duration);
    }
    freed_.notify_all();
}

std::optional<Duration> Remote::paused() const {
    const std::lock_guard lock(mutex_);
    const Steady now = clock_.steady();
    if (now >= paused_until_)
        return std::nullopt;
    return std::chrono::ceil<Duration>(paused_until_ - now);
}

int Remote::waiting() const {
    const std::lock_guard lock(mutex_);
    return small_waiting_ + bulky_waiting_;
}

std::optional<Duration> Remote::skew() const {
    const std::lock_guard lock(mutex_);
    return skew_;
}

void Remote::note_date(const Reply& reply) {
    const auto date = http_date(reply.header("date").value_or(""));
    if (!date)
        return;
    const Duration skew = *date - clock_.now();
    const std::lock_guard lock(mutex_);
    skew_ = skew;
}

std::optional<Duration> retry_after(const Reply& reply, Instant now) {
    const auto text = reply.header("retry-after");
    if (!text)
        return std::nullopt;
    std::optional<Duration> wait = seconds_in(*text);
    if (!wait)
        if (const auto date = http_date(*text))
            wait = *date - now;
    if (!wait)
        return std::nullopt;
    return std::clamp<Duration>(*wait, std::chrono::seconds{1}, std::chrono::hours{1});
}

} // namespace efaxd::http
