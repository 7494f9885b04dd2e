#include "sandbox/sent_store.hpp"

#include "sandbox/random.hpp"
#include "sandbox/text.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace efaxd::sandbox {

std::optional<std::string> sendable_digits(std::string_view number) {
    const bool plus = number.starts_with('+');
    const std::string digits = digits_of(number);
    if (digits.size() + (plus ? 1 : 0) != number.size())
        return std::nullopt;
    const bool good =
        plus ? digits.size() >= 8 && digits.size() <= 15 : digits.size() == 11 && digits.front() == '1';
    return good ? std::optional{digits} : std::nullopt;
}

std::string masked(std::string_view digits) {
    std::string text(digits);
    std::fill_n(text.begin(), text.size() - std::min<std::size_t>(4, text.size()), '*');
    return text;
}

int SentRecord::pages() const {
    return std::accumulate(documents.begin(), documents.end(), cover.wanted ? 1 : 0,
                           [](int sum, const SentDocument& one) { return sum + std::max(one.pages, 1); });
}

int SentRecord::pages_sent() const {
    if (!is_final(progress.state) || canceled)
        return 0;
    return fate.pages.value_or(fate.end == SendEnd::complete ? pages() : 0);
}

std::optional<Instant> SentRecord::will_end() const { return canceled ? canceled : end_of(fate, began); }

const std::string& SentRecord::code() const {
    static const std::string none;
    static const std::string by_sender = "E45";
    if (!is_final(progress.state))
        return none;
    return canceled ? by_sender : fate.code;
}

std::string SentRecord::digests() const {
    std::string all;
    for (const SentDocument& document : documents)
        all += document.sha256 + ' ';
    return all;
}

void SentStore::reset() {
    const std::lock_guard lock(mutex_);
    faxes_.clear();
    by_id_.clear();
    scripts_.clear();
    again_.clear();
    ghosts_ = 0;
}

Fate SentStore::next_fate(const std::string& digits) {
    for (Script& script : scripts_) {
        if (script.count == 0 || (!script.number.empty() && script.number != digits))
            continue;
        if (script.count > 0)
            --script.count;
        return script.fate;
    }
    return fate_of_number(digits);
}

std::vector<std::string> SentStore::take(const std::string& app, const std::string& user_id,
                                         const std::string& from_number, const std::string& transaction_id,
                                         const Sending& sending, const EfaxStyle& style) {
    std::vector<std::string> ids;
    {
        const std::lock_guard lock(mutex_);
        total_ = std::chrono::seconds{style.send_seconds};
        for (const Destination& to : sending.destinations) {
            SentRecord fax;
            fax.id = uuid_of(seed_ ^ 0x5e27, faxes_.size());
            fax.app = app;
            fax.user_id = user_id;
            fax.transaction_id = transaction_id;
            fax.from_number = sending.caller_id.empty() ? from_number : sending.caller_id;
            fax.to = to;
            fax.documents = sending.documents;
            fax.client = sending.client;
            fax.cover = sending.cover;
            fax.accepted = clock_.now();
            fax.began = fax.accepted;
            fax.listed_from = fax.accepted + Duration{style.sent_delay_ms};
            fax.fate = timed(next_fate(to.number), total_);
            ids.push_back(fax.id);
            by_id_[fax.id] = faxes_.size();
            faxes_.push_back(std::move(fax));
        }
    }
    if (changed_)
        changed_();
    return ids;
}

std::string SentStore::ghost_id() {
    const std::lock_guard lock(mutex_);
    return uuid_of(seed_ ^ 0x6057, ghosts_++);
}

SentRecord SentStore::shown(const SentRecord& record) const {
    SentRecord copy = record;
    copy.progress = progress_of(copy.fate, copy.began, clock_.now());
    if (copy.canceled && *copy.canceled <= clock_.now())
        copy.progress = {SendState::canceled, copy.progress.attempts, copy.canceled};
    return copy;
}

namespace {

bool mentions(const SentRecord& fax, const std::string& text, bool client_data) {
    std::string all = fax.to.number + ' ' + fax.to.name + ' ' + fax.from_number;
    if (client_data)
        for (const std::string& one : {fax.client.code, fax.client.id, fax.client.matter, fax.client.name,
                                       fax.client.reference, fax.client.billing})
            all += ' ' + one;
    return all.find(text) != std::string::npos;
}

/// The moment that time bounds are about; nothing: it never lies within any.
std::optional<Instant> moment_of(const SentRecord& fax, const EfaxStyle& style) {
    if (fax.progress.end)
        return fax.progress.end;
    return style.open_timestamps ? std::optional{fax.accepted} : std::nullopt;
}

bool is_within(std::optional<Instant> moment, const SentQuery& query) {
    return (!query.from || (moment && *moment >= *query.from)) &&
           (!query.until || (moment && *moment <= *query.until));
}

} // namespace

bool SentStore::is_shown(const SentRecord& fax, const SentQuery& query, const EfaxStyle& style) const {
    return fax.listed_from <= clock_.now() && (!query.state || *query.state == fax.progress.state) &&
           is_within(moment_of(fax, style), query) &&
           (query.search_text.empty() || mentions(fax, query.search_text, style.search_client_data)) &&
           (query.from_number.empty() || query.from_number == fax.from_number) &&
           (query.to_number.empty() || query.to_number == fax.to.number) &&
           (query.transaction_id.empty() || query.transaction_id == fax.transaction_id) &&
           (query.error_code.empty() || query.error_code == fax.code()) && query.stored.value_or(true) &&
           (!query.least_pages || fax.pages() >= *query.least_pages) &&
           (!query.most_pages || fax.pages() <= *query.most_pages);
}

std::vector<SentRecord> SentStore::list(const std::string& app, const std::string& user_id,
                                        const SentQuery& query, const EfaxStyle& style) const {
    const std::lock_guard lock(mutex_);
    std::vector<SentRecord> found;
    for (const SentRecord& fax : faxes_) {
        if (fax.app != app || fax.user_id != user_id)
            continue;
        SentRecord copy = shown(fax);
        if (is_shown(copy, query, style))
            found.push_back(std::move(copy));
    }
    if (query.order == ListOrder::newest)
        std::reverse(found.begin(), found.end());
    else if (query.order == ListOrder::shuffled)
        std::shuffle(found.begin(), found.end(), Dice{seed_ + found.size()});
    const auto first = std::min<std::uint64_t>(query.offset, found.size());
    const auto last = std::min<std::uint64_t>(first + query.limit, found.size());
    return {std::make_move_iterator(found.begin() + static_cast<std::ptrdiff_t>(first)),
            std::make_move_iterator(found.begin() + static_cast<std::ptrdiff_t>(last))};
}

const SentRecord* SentStore::record(std::string_view id) const {
    const auto found = by_id_.find(lower(id));
    return found == by_id_.end() ? nullptr : &faxes_[found->second];
}

std::optional<SentRecord> SentStore::find(std::string_view id) const {
    const std::lock_guard lock(mutex_);
    const SentRecord* fax = record(id);
    return fax == nullptr ? std::nullopt : std::optional{shown(*fax)};
}

std::optional<SentRecord> SentStore::find(const std::string& app, std::string_view user_id,
                                          std::string_view id) const {
    auto fax = find(id);
    return fax && fax->app == app && fax->user_id == user_id ? std::move(fax) : std::nullopt;
}

bool SentStore::cancel(std::string_view id) {
    {
        const std::lock_guard lock(mutex_);
        const SentRecord* fax = record(id);
        if (fax == nullptr || is_final(shown(*fax).progress.state))
            return false;
        faxes_[by_id_.at(lower(id))].canceled = clock_.now();
    }
    if (changed_)
        changed_();
    return true;
}

void SentStore::script(const Script& given) {
    {
        const std::lock_guard lock(mutex_);
        Script script = given;
        script.number = digits_of(given.number);
        if (script.fax_id.empty()) {
            scripts_.push_back(std::move(script));
            return;
        }
        if (record(script.fax_id) == nullptr)
            throw BadCall("no such sent fax");
        SentRecord& fax = faxes_[by_id_.at(lower(script.fax_id))];
        fax.began = clock_.now();
        fax.canceled.reset();
        fax.fate = timed(script.fate, total_);
    }
    if (changed_)
        changed_();
}

void SentStore::expect_again(const std::string& number) {
    const std::lock_guard lock(mutex_);
    again_.insert(digits_of(number));
}

bool SentStore::is_expected_again(const std::string& digits) const {
    const std::lock_guard lock(mutex_);
    return again_.contains(digits);
}

std::vector<SentRecord> SentStore::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<SentRecord> copies;
    for (const SentRecord& fax : faxes_)
        copies.push_back(shown(fax));
    return copies;
}

std::size_t SentStore::size() const {
    const std::lock_guard lock(mutex_);
    return faxes_.size();
}

std::string_view name_of(SendState state, StatusWords words) {
    switch (state) {
    case SendState::queued:
        return "NEW";
    case SendState::sending:
        return words == StatusWords::spaced     ? "IN PROGRESS"
               : words == StatusWords::compact  ? "INPROGRESS"
               : words == StatusWords::misspelt ? "INPROGESS"
                                                : "IN_PROGRESS";
    case SendState::retrying:
        return words == StatusWords::spaced        ? "PENDING RETRY"
               : words == StatusWords::underscored ? "PENDING_RETRY"
                                                   : "PENDINGRETRY";
    case SendState::complete:
        return words == StatusWords::compact || words == StatusWords::misspelt ? "COMPLETE" : "COMPLETED";
    case SendState::error:
        return "ERROR";
    case SendState::canceled:
        return words == StatusWords::misspelt ? "CANCELLED" : "CANCELED";
    }
    return {};
}

std::optional<SendState> send_state_of(std::string_view word, StatusFilter accepted) {
    constexpr std::array states{SendState::queued,   SendState::sending, SendState::retrying,
                                SendState::complete, SendState::error,   SendState::canceled};
    constexpr std::array all_words{StatusWords::spaced, StatusWords::compact, StatusWords::misspelt,
                                   StatusWords::underscored};
    for (const SendState state : states)
        for (const StatusWords words : all_words) {
            const bool only_here = state == SendState::sending || state == SendState::retrying;
            const bool understood =
                accepted == StatusFilter::any || !only_here ||
                static_cast<int>(words) + 1 == static_cast<int>(accepted); // the same names, after `any`
            if (understood && name_of(state, words) == word)
                return state;
        }
    return std::nullopt;
}

} // namespace efaxd::sandbox
