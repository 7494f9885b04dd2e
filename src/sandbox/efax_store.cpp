#include "sandbox/efax_store.hpp"

#include "efaxd/core/base64.hpp"
#include "efaxd/core/fax.hpp"
#include "sandbox/text.hpp"

#include <algorithm>
#include <iterator>

namespace efaxd::sandbox {

EfaxStore::EfaxStore(std::uint64_t seed, const SimulatedClock& clock) : seed_(seed), clock_(clock) {
    reset();
}

void EfaxStore::reset() {
    const std::lock_guard lock(mutex_);
    apps_.clear();
    tokens_.clear();
    faxes_.clear();
    by_id_.clear();
    made_ = 0;
    apps_["sim-app"].key = "sim-key+/==";
}

void EfaxStore::add_app(const std::string& app, const std::string& key) {
    if (app.empty() || app.find(':') != std::string::npos)
        throw BadCall("an App ID is not empty and has no colon");
    const std::lock_guard lock(mutex_);
    apps_[app].key = key;
}

void EfaxStore::add_user(const NewUser& user) {
    if (user.user_id.empty())
        throw BadCall("user_id is missing");
    const std::lock_guard lock(mutex_);
    const auto [app, fresh] = apps_.try_emplace(user.app);
    if (fresh)
        app->second.key = "sim-key+/==";
    User& entry = app->second.users[user.user_id];
    entry.about = user;
    entry.active = true;
}

const EfaxStore::User* EfaxStore::user(std::string_view app, std::string_view user_id) const {
    const auto found = apps_.find(app);
    if (found == apps_.end())
        return nullptr;
    const auto entry = found->second.users.find(user_id);
    return entry == found->second.users.end() ? nullptr : &entry->second;
}

bool EfaxStore::set_active(const std::string& app, const std::string& user_id, bool active) {
    const std::lock_guard lock(mutex_);
    const auto found = apps_.find(app);
    if (found == apps_.end())
        return false;
    const auto user = found->second.users.find(user_id);
    if (user == found->second.users.end())
        return false;
    user->second.active = active;
    return true;
}

std::vector<NewUser> EfaxStore::users() const {
    const std::lock_guard lock(mutex_);
    std::vector<NewUser> all;
    for (const auto& [name, app] : apps_)
        for (const auto& [id, user] : app.users)
            all.push_back(user.about);
    return all;
}

std::string EfaxStore::issue(const std::string& name, App& app, const EfaxStyle& style) {
    if (!style.keep_old_token)
        tokens_.erase(app.token);
    ++app.issued;
    const std::uint64_t number = ++made_;
    const std::string claims = R"({"client_id":")" + name + R"(","jti":")" + uuid_of(seed_, number) + "\"}";
    app.token = base64url(R"({"alg":"RS256","typ":"JWT"})") + "." + base64url(claims) + "." +
                base64url(uuid_of(seed_ + 1, number) + uuid_of(seed_ + 2, number));
    tokens_[app.token] = {name, clock_.now() + std::chrono::seconds{style.token_seconds}};
    return app.token;
}

std::optional<std::string> EfaxStore::sign_in(const std::string& app, const std::string& key,
                                              const EfaxStyle& style) {
    const std::lock_guard lock(mutex_);
    const auto found = apps_.find(app);
    if (found == apps_.end() || found->second.key != key)
        return std::nullopt;
    return issue(app, found->second, style);
}

std::string EfaxStore::take_token(const std::string& app, const EfaxStyle& style) {
    const std::lock_guard lock(mutex_);
    const auto found = apps_.find(app);
    if (found == apps_.end())
        throw BadCall("no such App ID");
    return issue(app, found->second, style);
}

void EfaxStore::end_token(const std::string& app) {
    const std::lock_guard lock(mutex_);
    if (const auto found = apps_.find(app); found != apps_.end())
        tokens_.erase(found->second.token);
}

std::int64_t EfaxStore::tokens_issued(const std::string& app) const {
    const std::lock_guard lock(mutex_);
    const auto found = apps_.find(app);
    return found == apps_.end() ? 0 : found->second.issued;
}

std::optional<std::string> EfaxStore::app_of(std::string_view token) const {
    const std::lock_guard lock(mutex_);
    const auto found = tokens_.find(std::string{token});
    if (found == tokens_.end() || found->second.ends <= clock_.now())
        return std::nullopt;
    return found->second.app;
}

bool EfaxStore::may_use(const std::string& app, std::string_view user_id) const {
    const std::lock_guard lock(mutex_);
    const User* entry = user(app, user_id);
    return entry != nullptr && entry->active;
}

std::vector<std::string> EfaxStore::put(const NewFaxes& faxes) {
    if (faxes.count < 1 || faxes.count > 1'000'000 || (!faxes.id.empty() && faxes.count != 1))
        throw BadCall("count must be from 1 to 1000000, and 1 with an id");
    if (faxes.pages < 1 || faxes.pages > 10'000)
        throw BadCall("pages must be from 1 to 10000");
    if (faxes.size > (512u << 20))
        throw BadCall("size is at most 512 MiB");
    if (!faxes.id.empty() && !clean_fax_id(faxes.id))
        throw BadCall("a fax id has 8 to 64 letters, digits and hyphens");
    std::vector<std::string> ids = put_all(faxes);
    if (changed_)
        changed_();
    return ids;
}

std::vector<std::string> EfaxStore::put_all(const NewFaxes& faxes) {
    const std::lock_guard lock(mutex_);
    if (!faxes.id.empty() && record(faxes.id) != nullptr)
        throw BadCall("there is a fax with this id");
    const auto app = apps_.find(faxes.app);
    if (app == apps_.end() || !app->second.users.contains(faxes.user_id))
        throw BadCall("no such user id under this App ID");
    User& user = app->second.users.find(faxes.user_id)->second;
    const Instant newest = faxes.completed.value_or(clock_.now());
    std::vector<std::string> ids;
    for (int i = 0; i < faxes.count; ++i) {
        ids.push_back(faxes.id.empty() ? uuid_of(seed_ ^ 0xfa8, faxes_.size()) : faxes.id);
        put_one(faxes, i, newest - (faxes.count - 1 - i) * faxes.spread, user, ids.back());
    }
    return ids;
}

void EfaxStore::put_one(const NewFaxes& faxes, int index, Instant completed, User& user,
                        const std::string& id) {
    const std::size_t place = faxes_.size();
    FaxRecord fax;
    fax.id = id;
    fax.app = faxes.app;
    fax.user_id = faxes.user_id;
    fax.completed = completed;
    fax.put = clock_.now();
    fax.listed_from = faxes.listed_after > Duration{} ? clock_.now() + faxes.listed_after : Instant::min();
    fax.from_number = faxes.from_number;
    fax.to_number = faxes.to_number.empty() ? user.about.number : faxes.to_number;
    fax.tsid = faxes.tsid;
    fax.plan.text = faxes.text.empty() ? "Sandbox fax " + std::to_string(place + 1) : faxes.text;
    if (!faxes.text.empty() && faxes.count > 1)
        fax.plan.text += " (" + std::to_string(index + 1) + ")";
    fax.plan.pages = faxes.pages;
    fax.plan.shape = faxes.shape;
    fax.listed_pages = faxes.listed_pages < 0 ? faxes.pages : faxes.listed_pages;
    fax.image_from = faxes.image_after > Duration{} ? clock_.now() + faxes.image_after : Instant::min();
    fax.plan.size = faxes.size;
    fax.plan.seed = number_of(fax.plan.text) ^ seed_;
    fax.stored = faxes.stored;
    fax.impossible = !faxes.stored;
    fax.downloaded = faxes.downloaded;
    user.all.emplace(completed, place);
    if (!fax.downloaded)
        user.fresh.emplace(completed, place);
    by_id_[lower(id)] = place;
    faxes_.push_back(std::move(fax));
}

bool EfaxStore::is_shown(const FaxRecord& fax, const ListQuery& query, Instant now) const {
    return fax.listed_from <= now && (!query.downloaded || *query.downloaded == fax.downloaded) &&
           (!query.least_pages || fax.plan.pages >= *query.least_pages) &&
           (!query.most_pages || fax.plan.pages <= *query.most_pages) &&
           (query.from_number.empty() || digits_of(fax.from_number) == query.from_number) &&
           (query.to_number.empty() || digits_of(fax.to_number) == query.to_number) &&
           (query.search_text.empty() ||
            (fax.tsid + ' ' + fax.from_number).find(query.search_text) != std::string::npos);
}

std::vector<FaxRecord> EfaxStore::list(const std::string& app, const std::string& user_id,
                                       const ListQuery& query) {
    const std::lock_guard lock(mutex_);
    const User* owner = user(app, user_id);
    std::vector<FaxRecord> page;
    if (owner == nullptr) // forgotten by a reset meanwhile
        return page;
    const auto& places = query.downloaded == false ? owner->fresh : owner->all;
    const auto first = query.from ? places.lower_bound({*query.from, 0}) : places.begin();
    const auto last = query.until ? places.upper_bound({*query.until, SIZE_MAX}) : places.end();
    const Instant now = clock_.now();
    std::uint64_t skipped = 0;
    const auto take = [&](std::size_t index) {
        const FaxRecord& fax = faxes_[index];
        if (!is_shown(fax, query, now))
            return true;
        if (skipped++ >= query.offset)
            page.push_back(fax);
        return page.size() < query.limit;
    };
    if (query.limit == 0 || (query.from && query.until && *query.from > *query.until))
        return page;
    if (query.order == ListOrder::newest) {
        for (auto place = last; place != first;)
            if (!take((--place)->second))
                break;
    } else {
        std::vector<std::size_t> indexes;
        std::transform(first, last, std::back_inserter(indexes),
                       [](const Place& place) { return place.second; });
        if (query.order == ListOrder::shuffled)
            std::shuffle(indexes.begin(), indexes.end(), Dice{seed_ + ++made_});
        for (const std::size_t index : indexes)
            if (!take(index))
                break;
    }
    return page;
}

const FaxRecord* EfaxStore::record(std::string_view id) const {
    const auto found = by_id_.find(lower(id));
    return found == by_id_.end() ? nullptr : &faxes_[found->second];
}

FaxRecord* EfaxStore::record(std::string_view id) {
    const auto found = by_id_.find(lower(id));
    return found == by_id_.end() ? nullptr : &faxes_[found->second];
}

std::optional<FaxRecord> EfaxStore::find(const std::string& app, std::string_view user_id,
                                         std::string_view id) const {
    const std::lock_guard lock(mutex_);
    const FaxRecord* fax = record(id);
    if (fax == nullptr || fax->deleted || fax->app != app || fax->user_id != user_id)
        return std::nullopt;
    return *fax;
}

std::optional<FaxRecord> EfaxStore::find(std::string_view id) const {
    const std::lock_guard lock(mutex_);
    const FaxRecord* fax = record(id);
    return fax == nullptr ? std::nullopt : std::optional{*fax};
}

void EfaxStore::set_downloaded(FaxRecord& fax, bool downloaded) {
    if (fax.deleted || fax.downloaded == downloaded)
        return;
    fax.downloaded = downloaded;
    const Place place{fax.completed, static_cast<std::size_t>(&fax - faxes_.data())};
    auto& fresh = apps_.find(fax.app)->second.users.find(fax.user_id)->second.fresh;
    if (downloaded)
        fresh.erase(place);
    else
        fresh.insert(place);
}

void EfaxStore::mark(std::string_view id, bool downloaded) {
    const std::lock_guard lock(mutex_);
    if (FaxRecord* fax = record(id))
        set_downloaded(*fax, downloaded);
}

void EfaxStore::serve(std::string_view id, Served served) {
    const std::lock_guard lock(mutex_);
    if (FaxRecord* fax = record(id); fax != nullptr && served != Served::pdf)
        fax->seen_as_picture = true;
}

void EfaxStore::image_was_sent(std::string_view id) {
    const std::lock_guard lock(mutex_);
    if (FaxRecord* fax = record(id))
        ++fax->images_sent;
}

bool EfaxStore::remove(std::string_view id, bool by_client) {
    const std::lock_guard lock(mutex_);
    FaxRecord* fax = record(id);
    if (fax == nullptr || fax->deleted)
        return false;
    const Place place{fax->completed, static_cast<std::size_t>(fax - faxes_.data())};
    User& user = apps_.find(fax->app)->second.users.find(fax->user_id)->second;
    user.all.erase(place);
    user.fresh.erase(place);
    fax->deleted = true;
    if (!by_client && fax->images_sent == 0)
        fax->impossible = true;
    return true;
}

std::optional<FaxRecord> EfaxStore::another(const FaxRecord& fax) const {
    const std::lock_guard lock(mutex_);
    if (const User* owner = user(fax.app, fax.user_id))
        for (const auto& [completed, index] : owner->all)
            if (faxes_[index].id != fax.id)
                return faxes_[index];
    return std::nullopt;
}

std::size_t EfaxStore::download_all(std::string_view user_id) {
    const std::lock_guard lock(mutex_);
    std::size_t marked = 0;
    for (FaxRecord& fax : faxes_)
        if (!fax.deleted && !fax.downloaded && (user_id.empty() || fax.user_id == user_id)) {
            set_downloaded(fax, true);
            ++marked;
        }
    return marked;
}

std::vector<std::string> EfaxStore::newest(const std::string& app, const std::string& user_id,
                                           bool downloaded, std::size_t most) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> ids;
    if (const User* owner = user(app, user_id))
        for (auto place = owner->all.rbegin(); place != owner->all.rend() && ids.size() < most; ++place)
            if (faxes_[place->second].downloaded == downloaded)
                ids.push_back(faxes_[place->second].id);
    return ids;
}

std::vector<FaxRecord> EfaxStore::faxes() const {
    const std::lock_guard lock(mutex_);
    return faxes_;
}

std::size_t EfaxStore::size() const {
    const std::lock_guard lock(mutex_);
    return faxes_.size();
}

std::vector<FaxRecord> EfaxStore::faxes_after(std::size_t known) const {
    const std::lock_guard lock(mutex_);
    return {faxes_.begin() + static_cast<std::ptrdiff_t>(std::min(known, faxes_.size())), faxes_.end()};
}

std::string EfaxStore::fax_number_of(const std::string& app, const std::string& user_id) const {
    const std::lock_guard lock(mutex_);
    const User* entry = user(app, user_id);
    return entry == nullptr ? std::string{} : entry->about.number;
}

std::optional<std::string> EfaxStore::expected_recipient(const std::string& app,
                                                         const std::string& user_id) const {
    const std::lock_guard lock(mutex_);
    const User* entry = user(app, user_id);
    return entry == nullptr ? std::nullopt : entry->about.recipient;
}

} // namespace efaxd::sandbox
