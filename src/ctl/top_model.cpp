#include "ctl/top_model.hpp"

#include "ctl/fields.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace efaxd::ctl {

using json::Value;
using terminal::Key;
using terminal::Tone;

namespace {

constexpr std::size_t longest_filter = 40;

TopMailbox read_mailbox(const Value& value) {
    const Value faxes = value["faxes"];
    return {text(value, "id"),         time(value, "last_success"), time(value, "next_poll"),
            flag(value, "polling"),    flag(value, "paused"),       flag(value, "stale"),
            count(value, "failures"),  count(faxes, "waiting"),     count(faxes, "held"),
            count(faxes, "delivered"), text(value, "reason")};
}

Tone tone_of(std::string_view verdict) {
    if (verdict.starts_with("NOT WELL"))
        return Tone::bad;
    return verdict.starts_with("well") ? Tone::good : Tone::warn;
}

/// The lines of the status that tell of alarms; the first alarm is in the verdict.
std::vector<std::string> alarms_in(const std::string& status) {
    constexpr std::string_view mark = "\n  alarm: ";
    std::vector<std::string> alarms;
    for (auto at = status.find(mark); at != status.npos; at = status.find(mark, at + 1)) {
        const auto begin = at + mark.size();
        alarms.push_back(status.substr(begin, status.find('\n', begin) - begin));
    }
    if (!alarms.empty())
        alarms.erase(alarms.begin());
    return alarms;
}

TopTotals read_totals(const Value& status, Instant now) {
    const std::string view = status_view(status, {false, 0, now});
    const Value faxes = status["faxes"];
    const Value stages = faxes["stages"];
    const Value sending = status["transmissions"];
    TopTotals totals;
    totals.version = text(status, "version");
    totals.uptime = std::chrono::seconds{count(status, "uptime_seconds")};
    totals.verdict = view.substr(0, view.find('\n'));
    totals.tone = tone_of(totals.verdict);
    totals.alarms = alarms_in(view);
    totals.waiting = count(faxes, "waiting");
    totals.held = count(faxes, "held");
    totals.delivered = count(stages, "delivered") + count(stages, "acknowledged");
    totals.sending = count(sending, "waiting");
    totals.sending_held = count(sending, "held");
    totals.sent = count(sending, "completed");
    totals.unsent = count(sending, "failed") + count(sending, "cancelled");
    totals.busy = count(status["hands"], "busy");
    totals.hands = count(status["hands"], "total");
    totals.free_disk = count(status, "free_disk_bytes");
    return totals;
}

TopSort after(TopSort sort) {
    return sort == TopSort::arrivals ? TopSort::name : static_cast<TopSort>(static_cast<int>(sort) + 1);
}

} // namespace

void TopModel::take(const Value& status, const std::vector<Value>& mailboxes, Instant now) {
    totals_ = read_totals(status, now);
    mailboxes_.clear();
    std::map<std::string, Arrivals> arrivals;
    for (const Value& page : mailboxes)
        for (std::size_t i = 0; i < page["mailboxes"].size(); ++i) {
            const TopMailbox& mailbox = mailboxes_.emplace_back(read_mailbox(page["mailboxes"].at(i)));
            Arrivals& counted = arrivals[mailbox.id] = by_mailbox_[mailbox.id];
            counted.count(mailbox.seen(), now);
        }
    by_mailbox_ = std::move(arrivals); // those that are gone are forgotten
    arrivals_.count(totals_.waiting + totals_.held + totals_.delivered, now);
    seen_at_ = now;
    known_ = true;
    lost_.clear();
}

void TopModel::lose(std::string why) { lost_ = std::move(why); }

std::vector<const TopMailbox*> TopModel::shown() const {
    std::vector<const TopMailbox*> rows;
    for (const TopMailbox& mailbox : mailboxes_)
        if (mailbox.id.find(filter_) != std::string::npos)
            rows.push_back(&mailbox);
    // What needs a look comes first.
    const auto rank = [this](const TopMailbox& one) -> std::int64_t {
        switch (sort_) {
        case TopSort::read:
            return one.last_success ? one.last_success->time_since_epoch().count() : 0;
        case TopSort::waiting:
            return -one.waiting;
        case TopSort::held:
            return -one.held;
        case TopSort::arrivals:
            return -arrivals(one.id).sum();
        case TopSort::name:
            break;
        }
        return 0;
    };
    std::ranges::sort(rows, [&](const TopMailbox* one, const TopMailbox* other) {
        return std::pair(rank(*one), std::cref(one->id).get()) <
               std::pair(rank(*other), std::cref(other->id).get());
    });
    return rows;
}

std::size_t TopModel::selected() const {
    const auto rows = shown();
    const auto found = std::ranges::find_if(rows, [&](const TopMailbox* one) { return one->id == chosen_; });
    return found == rows.end() ? 0 : static_cast<std::size_t>(found - rows.begin());
}

const TopMailbox* TopModel::chosen() const {
    const auto rows = shown();
    return rows.empty() ? nullptr : rows[selected()];
}

const Arrivals& TopModel::arrivals(const std::string& mailbox) const {
    static const Arrivals none;
    const auto found = by_mailbox_.find(mailbox);
    return found == by_mailbox_.end() ? none : found->second;
}

std::string TopModel::question() const {
    const TopMailbox* const mailbox = chosen();
    if (mode_ != Mode::confirm || !mailbox)
        return {};
    return "retry the " + std::to_string(mailbox->held) + " held of " + mailbox->id + "? y, or any other key";
}

void TopModel::move(std::int64_t by) {
    const auto rows = shown();
    if (rows.empty())
        return;
    const auto last = static_cast<std::int64_t>(rows.size()) - 1;
    const auto to = std::clamp<std::int64_t>(static_cast<std::int64_t>(selected()) + by, 0, last);
    chosen_ = rows[static_cast<std::size_t>(to)]->id;
}

TopWish TopModel::press(const Key& key, std::size_t page) {
    if (key.kind == Key::Kind::gone)
        return {TopWish::Kind::quit};
    if (key.kind == Key::Kind::none || key.kind == Key::Kind::resize)
        return {};
    word_.clear();
    switch (mode_) {
    case Mode::help:
        mode_ = Mode::list;
        return {};
    case Mode::filter:
        press_in_filter(key);
        return {};
    case Mode::confirm: {
        mode_ = Mode::list;
        const TopMailbox* const mailbox = chosen();
        return key.text == "y" && mailbox ? TopWish{TopWish::Kind::retry_held, mailbox->id} : TopWish{};
    }
    case Mode::list:
        break;
    }
    return press_in_list(key, page);
}

TopWish TopModel::press_in_list(const Key& key, std::size_t page) {
    constexpr std::int64_t far = 1'000'000;
    const auto rows = static_cast<std::int64_t>(std::max<std::size_t>(1, page));
    switch (key.kind) {
    case Key::Kind::up:
        move(-1);
        break;
    case Key::Kind::down:
        move(1);
        break;
    case Key::Kind::page_up:
        move(-rows);
        break;
    case Key::Kind::page_down:
        move(rows);
        break;
    case Key::Kind::home:
        move(-far);
        break;
    case Key::Kind::end:
        move(far);
        break;
    case Key::Kind::escape:
        filter_.clear();
        break;
    case Key::Kind::text:
        return press_letter(key.text);
    default:
        break;
    }
    return {};
}

TopWish TopModel::press_letter(const std::string& letter) {
    const TopMailbox* const mailbox = chosen();
    if (letter == "q")
        return {TopWish::Kind::quit};
    if (letter == "P")
        return {TopWish::Kind::poll_all};
    if (letter == "s")
        sort_ = after(sort_);
    else if (letter == "/")
        mode_ = Mode::filter;
    else if (letter == "?" || letter == "h")
        mode_ = Mode::help;
    else if (letter == "k")
        move(-1);
    else if (letter == "j")
        move(1);
    else if (mailbox && letter == "p")
        return {TopWish::Kind::poll, mailbox->id};
    else if (mailbox && letter == " ")
        return {mailbox->paused ? TopWish::Kind::resume : TopWish::Kind::pause, mailbox->id};
    else if (mailbox && letter == "r") {
        if (mailbox->held > 0) {
            chosen_ = mailbox->id; // the question is about this one, wherever the list moves it
            mode_ = Mode::confirm;
        } else {
            word_ = mailbox->id + " has no held fax";
        }
    }
    return {};
}

void TopModel::press_in_filter(const Key& key) {
    switch (key.kind) {
    case Key::Kind::escape:
        filter_.clear();
        [[fallthrough]];
    case Key::Kind::enter:
        mode_ = Mode::list;
        break;
    case Key::Kind::backspace:
        while (!filter_.empty() && (static_cast<unsigned char>(filter_.back()) & 0xc0u) == 0x80u)
            filter_.pop_back();
        if (!filter_.empty())
            filter_.pop_back();
        break;
    case Key::Kind::text:
        if (filter_.size() < longest_filter)
            filter_ += key.text;
        break;
    default:
        break;
    }
}

} // namespace efaxd::ctl
