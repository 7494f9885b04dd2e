#include "efax/sent_list.hpp"

#include "efax/transmission_status.hpp"
#include "efax/wire.hpp"
#include "efaxd/core/fault.hpp"
#include "efaxd/core/timestamp.hpp"
#include "http/url.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace efaxd::efax {

namespace {

constexpr std::size_t most_pages = 100;
constexpr std::size_t most_faxes = most_pages * page_items;
constexpr std::size_t most_references = sent_statuses * most_faxes; ///< of one reading
constexpr std::size_t longest_word = 128;                           ///< longer ones are none of ours
constexpr std::size_t most_unbounded_pages = 20; ///< of a list that may reach back for years
constexpr std::size_t most_hint_pages = 5;       ///< where not finding decides nothing
constexpr int most_tries = 3;                    ///< of a page
constexpr std::chrono::hours slack{1};           ///< between eFax's clock and ours
constexpr std::chrono::minutes longest_kept{5};  ///< a reading

/// In the order of a fax's life, so that one that moves on meanwhile is met later.
constexpr SentStatus all_statuses[sent_statuses] = {SentStatus::fresh,         SentStatus::in_progress,
                                                    SentStatus::pending_retry, SentStatus::complete,
                                                    SentStatus::error,         SentStatus::canceled};

bool ended(SentStatus status) {
    return status == SentStatus::complete || status == SentStatus::error || status == SentStatus::canceled;
}

std::string word_in(const json::Value& value) {
    const std::string_view text = value.text_or({});
    return std::string(text.size() > longest_word ? std::string_view{} : text);
}

Fault cut_off() {
    return {Fault::Kind::passing, "efax.sent_list_cut", "The list of sent faxes is too long."};
}

std::optional<Instant> time_of(const json::Value& value) {
    const auto timestamp = read_timestamp(value.text_or({}));
    return timestamp ? std::optional(timestamp->instant) : std::nullopt;
}

/// A stumble of the server, which gave no sign that it wants to be left alone.
bool may_repeat(const Fault& fault) {
    return (fault.reason == "efax.unavailable" || fault.reason == "efax.broken") && !fault.retry_after;
}

/// What is nothing only when all of it was read would hardly ever be read, with a hundred pages and a server
/// that stumbles at one of ten: a page is asked for again at once.
std::optional<std::string> read_stubbornly(const SentList::ReadPage& read_page, const std::string& path,
                                           std::size_t offset) {
    for (int tries = 1;; ++tries)
        try {
            return read_page(path, offset);
        } catch (const Fault& fault) {
            if (tries == most_tries || !may_repeat(fault))
                throw;
        }
}

} // namespace

const std::vector<std::string_view>& spellings_of(SentStatus status) {
    static const std::array<std::vector<std::string_view>, sent_statuses> spellings = {{
        {"NEW"},
        {"IN PROGRESS", "INPROGRESS", "IN_PROGRESS", "INPROGESS"},
        {"PENDING RETRY", "PENDINGRETRY", "PENDING_RETRY"},
        {"COMPLETE", "COMPLETED"},
        {"ERROR"},
        {"CANCELED", "CANCELLED"},
    }};
    return spellings.at(static_cast<std::size_t>(status));
}

SentPage read_sent_page(std::string_view body) {
    const json::Document document = parse_reply(body);
    const json::Value root = document.root();
    if (reports_errors(root) || !root["faxes"].is_array())
        throw Fault(Fault::Kind::passing, "efax.bad_reply", "The reply holds no list of faxes.");
    SentPage page;
    for (const json::Value& item : one_or_many(root["faxes"])) {
        const json::Value reference = unwrapped(item["client_tracking_data"])["client_reference_id"];
        page.items.push_back({word_in(item["fax_id"]), word_in(reference),
                              time_of(item["completed_timestamp"]), status_of(item)});
    }
    return page;
}

struct SentList::Search {
    const std::string& reference;
    Instant oldest;
    const ReadPage& read_page;
    Reading* reading = nullptr; ///< takes down what the pages hold

    /// What was looked for, if it is in the page.
    std::optional<SentFax> in(const SentPage& page) const {
        std::optional<SentFax> found;
        for (const SentPage::Item& item : page.items) {
            if (reading != nullptr && reading->by_reference.size() >= most_references)
                throw cut_off();
            if (reading != nullptr && !item.reference.empty())
                reading->by_reference.insert_or_assign(item.reference, SentFax{item.fax_id, item.status});
            if (item.reference == reference && !found)
                found = usable(SentFax{item.fax_id, item.status});
        }
        return found;
    }

    std::optional<SentFax> in(const Reading& known) const {
        const auto found = known.by_reference.find(reference);
        return found == known.by_reference.end() ? std::nullopt : std::optional(usable(found->second));
    }

    static SentFax usable(SentFax fax) {
        if (!clean_fax_id(fax.fax_id))
            throw Fault(Fault::Kind::passing, "efax.bad_reply", "The fax is listed without a usable id.");
        return fax;
    }

    /// Newest first is what eFax promises, so that nothing looked for comes behind such a page.
    bool behind(const SentPage& page) const {
        return std::all_of(page.items.begin(), page.items.end(), [this](const SentPage::Item& item) {
            return item.completed && *item.completed < oldest;
        });
    }
};

std::optional<SentFax> SentList::find(const Wanted& wanted, const ReadPage& read_page) {
    Search search{wanted.reference, wanted.since - slack, read_page};
    User& listed = user(wanted.user_id);
    const Steady earliest = clock_.steady() - std::min<Duration>(wanted.may_be_old, longest_kept);
    if (const auto known = recall(listed, search, earliest))
        return search.in(*known);
    if (auto found = ask(search))
        return found;
    const std::lock_guard turn(listed.turn);
    if (const auto known = recall(listed, search, earliest))
        return search.in(*known);
    const auto reading = std::make_shared<Reading>(Reading{clock_.steady(), search.oldest, {}});
    search.reading = reading.get();
    auto found = read_all(search);
    if (!found) { // all was read
        const std::lock_guard lock(listed.mutex);
        listed.reading = reading;
    }
    return found;
}

SentList::User& SentList::user(const std::string& user_id) {
    const std::lock_guard lock(mutex_);
    return users_[user_id];
}

std::shared_ptr<const SentList::Reading> SentList::recall(User& user, const Search& search, Steady earliest) {
    const std::lock_guard lock(user.mutex);
    const auto& reading = user.reading;
    const bool serves = reading && reading->oldest <= search.oldest && reading->begun >= earliest;
    return serves ? reading : nullptr;
}

/// Not finding decides nothing: the server may not search in what we gave it.
std::optional<SentFax> SentList::ask(Search& search) {
    for (const SentStatus status : all_statuses)
        if (Outcome outcome = look_in(search, status, true); outcome.found)
            return outcome.found;
    return std::nullopt;
}

std::optional<SentFax> SentList::read_all(Search& search) {
    bool any_refused = false;
    for (const SentStatus status : all_statuses) {
        Outcome outcome = look_in(search, status, false);
        if (outcome.found)
            return outcome.found;
        if (outcome.cut)
            throw cut_off();
        any_refused = any_refused || outcome.refused;
    }
    // A server that does not know a spelling may as well answer with an empty list.
    Outcome all = look(search, "/faxes/sent", {any_refused ? most_pages : most_hint_pages});
    if (any_refused && all.refused)
        throw Fault(Fault::Kind::passing, "efax.bad_request",
                    "eFax lists sent faxes under no status that is known.");
    if (any_refused && all.cut)
        throw cut_off();
    return all.found;
}

SentList::Outcome SentList::look_in(Search& search, SentStatus status, bool by_text) {
    Outcome outcome;
    for (const std::size_t spelling : order_of(status)) {
        const std::string path =
            "/faxes/sent?transmission_status=" + http::encode(spellings_of(status)[spelling]);
        if (by_text)
            outcome = look(search, path + "&search_text=" + http::encode(search.reference),
                           {most_hint_pages, true});
        else
            outcome = ended(status) ? look_in_bounded(search, path) : look(search, path, {most_pages});
        if (outcome.refused)
            continue;
        remember(status, spelling);
        break;
    }
    return outcome;
}

SentList::Outcome SentList::look_in_bounded(Search& search, const std::string& path) {
    Outcome outcome;
    for (const BoundForm form : bounds_.forms()) {
        if (form == BoundForm::none)
            outcome = look(search, path, {most_unbounded_pages});
        else
            outcome = look(search, path + '&' + bound_query(search.oldest, form), {most_pages});
        if (outcome.refused)
            continue;
        bounds_.remember(form);
        break;
    }
    return outcome;
}

SentList::Outcome SentList::look(Search& search, const std::string& path, Reach reach) {
    std::unordered_set<std::string> seen;
    bool behind = false; // the last page read
    std::size_t offset = 0;
    for (std::size_t number = 0; number < reach.pages; ++number) {
        std::optional<std::string> body;
        try {
            body = read_stubbornly(search.read_page, path, offset);
        } catch (const Fault& fault) {
            if (fault.reason != "efax.bad_request")
                throw;
            return {.refused = true};
        }
        if (!body)
            return {};
        const SentPage page = read_sent_page(*body);
        if (auto found = search.in(page))
            return {.found = std::move(found)};
        const bool is_short = page.items.size() < page_items;
        if (page.items.empty() || (is_short && reach.trusts_short_pages))
            return {};
        behind = search.behind(page);
        bool news = false;
        for (const SentPage::Item& item : page.items)
            news = seen.insert(item.fax_id).second || news;
        if (!news && is_short) // such a server ignores offsets, and has shown all
            return {};
        if (!news || seen.size() >= most_faxes)
            break;
        offset += page.items.size();
    }
    return {.cut = !behind};
}

std::vector<std::size_t> SentList::order_of(SentStatus status) {
    const std::size_t count = spellings_of(status).size();
    const std::lock_guard lock(mutex_);
    std::vector<std::size_t> order{spelling_.at(static_cast<std::size_t>(status))};
    for (std::size_t spelling = 0; spelling < count; ++spelling)
        if (spelling != order.front())
            order.push_back(spelling);
    return order;
}

void SentList::remember(SentStatus status, std::size_t spelling) {
    const std::lock_guard lock(mutex_);
    spelling_.at(static_cast<std::size_t>(status)) = spelling;
}

} // namespace efaxd::efax
