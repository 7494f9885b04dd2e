#include "sandbox/journal.hpp"

#include <algorithm>
#include <iterator>

namespace efaxd::sandbox {

bool JournalEntry::is_write() const {
    return method != "GET" && endpoint != "efax.tokens" && endpoint != "efax.bulk" &&
           endpoint != "fhir.token";
}

bool JournalFilter::matches(const JournalEntry& entry) const {
    return (side.empty() || side == entry.side) && (endpoint.empty() || endpoint == entry.endpoint) &&
           (method.empty() || method == entry.method) && (user_id.empty() || user_id == entry.user_id) &&
           (subject.empty() || subject == entry.subject) && (status == 0 || status == entry.status) &&
           (!writes_only || entry.is_write()) && entry.number > after;
}

void Journal::add(JournalEntry entry) {
    {
        const std::lock_guard lock(mutex_);
        entry.number = ++last_;
        entries_.push_back(std::move(entry));
        if (entries_.size() > most_)
            entries_.pop_front();
    }
    added_.notify_all();
}

std::vector<JournalEntry> Journal::entries(const JournalFilter& filter) const {
    const std::lock_guard lock(mutex_);
    std::vector<JournalEntry> found;
    std::copy_if(entries_.begin(), entries_.end(), std::back_inserter(found),
                 [&](const JournalEntry& entry) { return filter.matches(entry); });
    return found;
}

std::size_t Journal::count_locked(const JournalFilter& filter) const {
    return static_cast<std::size_t>(std::count_if(
        entries_.begin(), entries_.end(), [&](const JournalEntry& entry) { return filter.matches(entry); }));
}

std::size_t Journal::count(const JournalFilter& filter) const {
    const std::lock_guard lock(mutex_);
    return count_locked(filter);
}

std::vector<JournalEntry> Journal::writes() const {
    JournalFilter filter;
    filter.writes_only = true;
    return entries(filter);
}

bool Journal::wait_for(const JournalFilter& filter, std::size_t count, Duration patience) const {
    std::unique_lock lock(mutex_);
    return added_.wait_for(lock, patience, [&] { return count_locked(filter) >= count; });
}

void Journal::clear() {
    const std::lock_guard lock(mutex_);
    entries_.clear();
}

} // namespace efaxd::sandbox
