#include "flow/poll.hpp"

#include "efaxd/log.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace efaxd::flow {

namespace {

using namespace std::chrono_literals;

constexpr int most_repeats = 3;
/// The kept time may lag behind: pass B then only looks further back after a restart.
constexpr Duration keep_every = 1h;
constexpr Duration look_back_every = 24h;
constexpr Duration look_back_over = 24h * 30;
constexpr Duration look_back_again = 1h; ///< after a failure

std::string memory_name(const Mailbox& mailbox) {
    return "read-through " + mailbox.id + " " + mailbox.user_id;
}

Entry first_entry(const Mailbox& mailbox, const Fax& fax, Instant now) {
    Entry entry;
    entry.key = {mailbox.project, fax.id};
    entry.mailbox = mailbox.id;
    entry.user_id = mailbox.user_id;
    entry.fax = fax;
    entry.due = now;
    entry.first_seen = now;
    return entry;
}

std::unordered_set<std::string_view> ids_in(std::string_view known) {
    std::unordered_set<std::string_view> ids;
    while (!known.empty()) {
        known.remove_prefix(1);
        const auto end = std::min(known.find('\0'), known.size());
        ids.insert(known.substr(0, end));
        known.remove_prefix(end);
    }
    return ids;
}

std::string known_of(const std::vector<Fax>& faxes) {
    std::string known;
    for (const Fax& fax : faxes)
        known.append(1, '\0').append(fax.id);
    return known;
}

void report_oddities(const Mailbox& mailbox, bool cut, int unreadable, int unreadable_before) {
    if (cut)
        log::write(log::mailbox_list_cut, {log::mailbox(mailbox.id)});
    if (unreadable > 0 && unreadable != unreadable_before)
        log::write(log::mailbox_unreadable, {log::mailbox(mailbox.id), log::count("items", unreadable)});
}

} // namespace

Poll::Poll(FaxService& service, Ledger& ledger, Clock& clock, Duration window)
    : service_(service), ledger_(ledger), clock_(clock), window_(window) {}

Instant Poll::window_start(const MailboxMemory& memory) const {
    const Instant now = clock_.now();
    // A clock that was stepped back must not narrow the window.
    return std::min(now, memory.read_through.value_or(now)) - window_;
}

Sighting Poll::look(const Mailbox& mailbox, const MailboxMemory& memory, std::stop_token stop) {
    Sighting sighting{.faxes = {}, .after = memory};
    sighting.after.read_through = clock_.now();

    Listing unread = service_.list(mailbox, ListPass::unread, {}, memory.unread, stop);
    Listing window = service_.list(mailbox, ListPass::window, window_start(memory), memory.window, stop);

    std::unordered_set<std::string> seen;
    for (Listing* listing : {&unread, &window}) {
        for (Fax& fax : listing->faxes)
            if (seen.insert(fax.id).second)
                sighting.faxes.push_back(std::move(fax));
        sighting.cut |= listing->cut;
        sighting.unreadable += listing->unreadable;
        // A list that we could not read whole is never settled.
        if (listing->unreadable > 0)
            listing->pages.clear();
    }
    sighting.after.unreadable = sighting.unreadable;
    sighting.after.unread = std::move(unread.pages);
    sighting.after.window = std::move(window.pages);
    if (!window.unchanged)
        sighting.after.known = known_of(sighting.faxes);
    return sighting;
}

std::vector<std::string> Poll::claim(const Mailbox& mailbox, const std::vector<Fax>& faxes,
                                     const std::string& known) {
    const Instant now = clock_.now();
    const auto ids = faxes.empty() ? std::unordered_set<std::string_view>{} : ids_in(known);
    std::vector<Entry> entries;
    for (const Fax& fax : faxes)
        if (!ids.contains(fax.id))
            entries.push_back(first_entry(mailbox, fax, now));
    if (entries.empty())
        return {};
    std::vector<std::string> fresh;
    for (const std::size_t position : ledger_.claim(entries)) {
        fresh.push_back(entries[position].key.fax_id);
        log::write(log::fax_claimed, {log::mailbox(mailbox.id), log::fax(fresh.back())});
    }
    return fresh;
}

PollReport Poll::run(const Mailbox& mailbox, MailboxMemory& memory, std::stop_token stop) {
    Sighting sighting = look(mailbox, memory, stop);
    PollReport report{.listed = sighting.faxes.size(),
                      .claimed = claim(mailbox, sighting.faxes, memory.known),
                      .cut = sighting.cut,
                      .unreadable = sighting.unreadable};

    bool more = !report.claimed.empty();
    for (int repeat = 0; more && repeat < most_repeats; ++repeat) {
        Listing again = service_.list(mailbox, ListPass::unread, {}, sighting.after.unread, stop);
        const auto fresh = claim(mailbox, again.faxes, memory.known);
        report.claimed.insert(report.claimed.end(), fresh.begin(), fresh.end());
        more = !fresh.empty();
        report.cut |= again.cut;
        sighting.after.unread = std::move(again.pages);
    }

    const int unreadable_before = std::exchange(memory.unreadable, sighting.unreadable);
    if (report.cut) {
        // What was not read must be looked for again: nothing of this poll may let the next one skip it.
        memory.unread.clear();
        memory.window.clear();
        memory.known.clear();
    } else {
        memory = std::move(sighting.after);
        memory.first = std::min(memory.first.value_or(*memory.read_through), *memory.read_through);
        if (is_time_to_look_back(memory)) {
            const auto found = look_back(mailbox, memory, stop);
            report.claimed.insert(report.claimed.end(), found.begin(), found.end());
            memory.kept.reset();
        }
        keep(mailbox, memory);
    }
    report_oddities(mailbox, report.cut, report.unreadable, unreadable_before);
    return report;
}

bool Poll::is_time_to_look_back(MailboxMemory& memory) const {
    const Instant now = clock_.now();
    if (!memory.looked_back) // many mailboxes start together and are not to look back together
        memory.looked_back = now - Duration{static_cast<std::int64_t>(
                                       clock_.dice() % static_cast<std::uint64_t>(look_back_every.count()))};
    return now < *memory.looked_back || now - *memory.looked_back >= look_back_every;
}

/// Every fault but this pass's own is met by the other passes, too: it never makes a poll fail, since eFax
/// may not answer for so long a time.
std::vector<std::string> Poll::look_back(const Mailbox& mailbox, MailboxMemory& memory,
                                         std::stop_token stop) {
    const Instant now = clock_.now();
    memory.looked_back = now;
    const Instant since = std::max(now - look_back_over, *memory.first - window_);
    if (since >= window_start(memory))
        return {};
    try {
        return claim(mailbox, service_.list(mailbox, ListPass::window, since, {}, stop).faxes, memory.known);
    } catch (const Fault& fault) {
        memory.looked_back = now - look_back_every + look_back_again;
        log::write(log::mailbox_not_looked_back, {log::mailbox(mailbox.id), log::reason(fault.reason)});
        return {};
    }
}

void Poll::keep(const Mailbox& mailbox, MailboxMemory& memory) {
    if (memory.kept && *memory.read_through - *memory.kept < keep_every &&
        *memory.read_through >= *memory.kept)
        return;
    std::ostringstream kept;
    for (const auto& moment : {memory.read_through, memory.first, memory.looked_back})
        kept << moment->time_since_epoch().count() << ' ';
    ledger_.remember(memory_name(mailbox), kept.str());
    memory.kept = memory.read_through;
}

/// What an older version kept is the first number alone.
MailboxMemory Poll::recall(const Mailbox& mailbox) {
    MailboxMemory memory;
    std::istringstream kept(ledger_.recall(memory_name(mailbox)).value_or(""));
    const auto next = [&]() -> std::optional<Instant> {
        std::int64_t milliseconds = 0;
        return kept >> milliseconds ? std::optional(Instant{Duration{milliseconds}}) : std::nullopt;
    };
    memory.kept = memory.read_through = memory.first = next();
    if (const auto first = next())
        memory.first = first;
    memory.looked_back = next();
    return memory;
}

} // namespace efaxd::flow
