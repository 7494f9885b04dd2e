#include "sandbox/webhooks.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/base64.hpp"
#include "sandbox/loopback_post.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace efaxd::sandbox {

namespace {

std::string bytes_of(std::string_view hex) {
    const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(value(hex[i]) * 16 + value(hex[i + 1]));
    return bytes;
}

constexpr Instant never = Instant::max();

} // namespace

std::string webhook_signature(std::string_view secret, std::string_view body, SignatureStyle style) {
    const std::string wrong = std::string{secret} + "?";
    std::string hex = crypto::hmac_sha256_hex(style == SignatureStyle::wrong ? wrong : secret, body);
    if (style == SignatureStyle::missing)
        return {};
    if (style == SignatureStyle::base64)
        return base64(bytes_of(hex));
    if (style == SignatureStyle::upper_case)
        std::transform(hex.begin(), hex.end(), hex.begin(),
                       [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
    return hex;
}

std::string webhook_body(const std::string& app, const std::string& user_id, const std::string& fax_id,
                         std::string_view direction, const std::string& image) {
    json::Writer writer;
    writer.begin_object().member("app_id", app).member("user_id", user_id).member("fax_id", fax_id);
    writer.member("fax_direction", direction);
    if (!image.empty())
        writer.member("image", image);
    writer.end_object();
    return writer.take();
}

Webhooks::Webhooks(SimulatedClock& clock, EfaxStore& received, SentStore& sent)
    : clock_(clock), received_(received), sent_(sent) {
    clock.on_move([this] { look(); });
    received.on_change([this] { look(); });
    sent.on_change([this] { look(); });
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Webhooks::~Webhooks() = default;

void Webhooks::set(const WebhookSettings& settings) {
    for (const std::string& url : {settings.inbound_url, settings.outbound_url})
        if (!url.empty() && !loopback_url(url))
            throw BadCall("a webhook's URL is http://127.0.0.1:PORT/ and a path");
    if (settings.copies < 1 || settings.copies > 100)
        throw BadCall("copies must be from 1 to 100");
    {
        const std::lock_guard lock(mutex_);
        settings_ = settings;
        waiting_.clear();
        known_received_ = received_.size();
        told_.clear();
        for (const SentRecord& fax : sent_.all())
            if (is_final(fax.progress.state))
                told_.insert(fax.id);
    }
    look();
}

WebhookSettings Webhooks::settings() const {
    const std::lock_guard lock(mutex_);
    return settings_;
}

void Webhooks::reset() {
    set({});
    const std::lock_guard lock(mutex_);
    posts_.clear();
}

void Webhooks::look() {
    {
        const std::lock_guard lock(mutex_);
        ++looks_;
    }
    changed_.notify_all();
}

std::vector<WebhookPost> Webhooks::posts() const {
    const std::lock_guard lock(mutex_);
    return posts_;
}

bool Webhooks::wait_for(std::size_t count, Duration patience) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return posts_.size() >= count; });
}

void Webhooks::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        const std::uint64_t seen = looks_;
        collect_received();
        const Instant ends = collect_sent();
        const Instant next = std::min(ends, post_due(lock, stop));
        const auto news = [&] { return looks_ != seen; };
        if (next == never)
            changed_.wait(lock, stop, news);
        else
            changed_.wait_for(lock, stop, next - clock_.now(), news);
    }
}

void Webhooks::collect_received() {
    if (settings_.inbound_url.empty())
        return;
    const auto fresh = received_.faxes_after(known_received_);
    known_received_ += fresh.size();
    for (const FaxRecord& fax : fresh)
        waiting_.push_back({std::max(fax.listed_from, fax.put) + settings_.delay, fax.id, true});
}

Instant Webhooks::collect_sent() {
    Instant next = never;
    if (settings_.outbound_url.empty())
        return next;
    const Instant now = clock_.now();
    for (const SentRecord& fax : sent_.all()) {
        const auto end = fax.will_end();
        if (!end || told_.contains(fax.id))
            continue;
        if (*end > now) {
            next = std::min(next, *end);
        } else {
            told_.insert(fax.id);
            waiting_.push_back({*end + settings_.delay, fax.id, false});
        }
    }
    return next;
}

Instant Webhooks::post_due(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    Instant next = never;
    std::vector<Event> due;
    const Instant now = clock_.now();
    std::erase_if(waiting_, [&](const Event& event) {
        if (event.due > now) {
            next = std::min(next, event.due);
            return false;
        }
        due.push_back(event);
        return true;
    });
    for (const Event& event : due)
        for (int copy = 0; copy < settings_.copies && !stop.stop_requested(); ++copy)
            post(event, lock, stop);
    return next;
}

void Webhooks::post(const Event& event, std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    const WebhookSettings settings = settings_;
    lock.unlock(); // nobody waits for the reader
    WebhookPost done{event.fax_id, event.inbound ? "INBOUND" : "OUTBOUND", 0};
    std::string body;
    if (const auto fax = event.inbound ? received_.find(event.fax_id) : std::nullopt) {
        const std::string image =
            settings.embed ? base64(FaxDocument(fax->plan, DocumentKind::pdf).bytes()) : std::string{};
        body = webhook_body(fax->app, fax->user_id, fax->id, done.direction, image);
    } else if (const auto sent = sent_.find(event.fax_id)) {
        const auto& kept = sent->documents.front().kept;
        body = webhook_body(sent->app, sent->user_id, sent->id, done.direction,
                            settings.embed && kept ? base64(*kept) : std::string{});
    }
    const std::string& url = event.inbound ? settings.inbound_url : settings.outbound_url;
    if (const auto to = loopback_url(url); to && !body.empty())
        done.status =
            post_json(*to, webhook_signature(settings.secret, body, settings.signature), body, stop);
    lock.lock();
    posts_.push_back(std::move(done));
    changed_.notify_all();
}

} // namespace efaxd::sandbox
