#include "sandbox/fhir_store.hpp"

#include "efaxd/core/timestamp.hpp"
#include "sandbox/json_tree.hpp"
#include "sandbox/random.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace efaxd::sandbox {

namespace {

constexpr std::uint64_t most_kept = 256u << 20;

std::string identifier_key(std::string_view system, std::string_view value) {
    return std::string{system} + '|' + std::string{value};
}

/// The resource with the server's own id and meta.
std::string with_meta(json::Value resource, const std::string& type, const std::string& id,
                      std::int64_t version, Instant updated) {
    json::Writer writer;
    writer.begin_object().member("resourceType", type).member("id", id);
    writer.key("meta").begin_object();
    for (std::size_t i = 0; i < resource["meta"].size(); ++i)
        if (const auto name = resource["meta"].name_at(i); name != "versionId" && name != "lastUpdated")
            writer.key(name).raw(resource["meta"].member_at(i).raw());
    writer.member("versionId", std::to_string(version)).member("lastUpdated", precise_timestamp(updated));
    writer.end_object();
    for (std::size_t i = 0; i < resource.size(); ++i)
        if (const auto name = resource.name_at(i); name != "resourceType" && name != "id" && name != "meta")
            writer.key(name).raw(resource.member_at(i).raw());
    writer.end_object();
    return writer.take();
}

bool is_same(const std::string& one, const std::string& other) {
    const auto left = json::Document::parse(one);
    const auto right = json::Document::parse(other);
    return JsonTree::of(left.root()) == JsonTree::of(right.root());
}

} // namespace

FhirStore::FhirStore(std::uint64_t seed, const SimulatedClock& clock)
    : seed_(scatter(seed) ^ 0xf417), clock_(clock) {}

void FhirStore::reset() {
    const std::lock_guard lock(mutex_);
    shelves_.clear();
    made_ = 0;
    kept_ = 0;
}

std::string FhirStore::next_id(const std::string& type) { return uuid_of(seed_ ^ number_of(type), ++made_); }

Resource* FhirStore::find(const std::string& type, const std::string& id) {
    Shelf& shelf = shelves_[type];
    const auto found = shelf.by_id.find(id);
    return found == shelf.by_id.end() ? nullptr : &shelf.resources[found->second];
}

const Resource* FhirStore::find(const std::string& type, const std::string& id) const {
    const auto shelf = shelves_.find(type);
    if (shelf == shelves_.end())
        return nullptr;
    const auto found = shelf->second.by_id.find(id);
    return found == shelf->second.by_id.end() ? nullptr : &shelf->second.resources[found->second];
}

Resource& FhirStore::write(json::Value body, const std::string& type, const std::string& id,
                           Duration search_delay) {
    Shelf& shelf = shelves_[type];
    const auto [place, fresh] = shelf.by_id.try_emplace(id, shelf.resources.size());
    if (fresh)
        shelf.resources.emplace_back();
    Resource& resource = shelf.resources[place->second];
    if (fresh) {
        resource.type = type;
        resource.id = id;
        resource.number = ++made_;
    } else {
        ++resource.version;
        shelf.deleted -= resource.deleted ? 1 : 0;
    }
    resource.deleted = false;
    resource.updated = clock_.now();
    resource.searchable = resource.updated + search_delay;
    resource.text = with_meta(body, type, id, resource.version, resource.updated);
    resource.marks = marks_of(body);
    if (fresh)
        resource.created = resource.text;
    for (const Mark& mark : resource.marks)
        if (mark.parameter == "identifier")
            shelf.by_identifier.emplace(identifier_key(mark.system, mark.value), place->second);
    return resource;
}

FhirStore::Written FhirStore::create(json::Value body, const std::vector<Criterion>* unless,
                                     Duration search_delay, const std::string& id) {
    const std::string type{body["resourceType"].text_or("")};
    const std::lock_guard lock(mutex_);
    if (unless != nullptr) {
        const auto found = matching(type, *unless, false);
        if (!found.empty())
            return {*found.front(), false, found.size()};
    }
    return {write(body, type, id.empty() ? next_id(type) : id, search_delay), true, 0};
}

std::optional<FhirStore::Written> FhirStore::update(json::Value body, const std::string& id,
                                                    std::optional<std::int64_t> version,
                                                    Duration search_delay, bool by_client) {
    const std::string type{body["resourceType"].text_or("")};
    const std::lock_guard lock(mutex_);
    const Resource* old = find(type, id);
    const bool fresh = old == nullptr || old->deleted;
    if (version && (fresh || old->version != *version))
        return std::nullopt;
    const bool needless =
        !fresh && by_client && is_same(with_meta(body, type, id, old->version, old->updated), old->text);
    Resource& resource = write(body, type, id, search_delay);
    if (!fresh && by_client)
        ++resource.http_updates;
    resource.needless_updates += needless ? 1 : 0;
    return Written{resource, fresh, 0};
}

FhirStore::Written FhirStore::put_binary(Digest content, const std::string& content_type,
                                         const std::string& id) {
    json::Writer writer;
    writer.begin_object().member("resourceType", "Binary").member("contentType", content_type).end_object();
    const auto document = json::Document::parse(writer.take());
    const std::lock_guard lock(mutex_);
    const Resource* old = id.empty() ? nullptr : find("Binary", id);
    const bool fresh = old == nullptr || old->deleted;
    Resource& resource = write(document.root(), "Binary", id.empty() ? next_id("Binary") : id, {});
    if (kept_ + content.kept.size() > most_kept)
        content.kept = {};
    kept_ += content.kept.size();
    resource.content = std::make_shared<const Digest>(std::move(content));
    resource.content_type = content_type;
    if (!fresh)
        ++resource.http_updates;
    return {resource, fresh, 0};
}

bool FhirStore::remove(const std::string& type, const std::string& id) {
    const std::lock_guard lock(mutex_);
    Resource* resource = find(type, id);
    if (resource == nullptr || resource->deleted)
        return false;
    resource->deleted = true;
    ++resource->version;
    resource->updated = clock_.now();
    ++shelves_[type].deleted;
    return true;
}

std::optional<Resource> FhirStore::read(const std::string& type, const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const Resource* resource = find(type, id);
    return resource == nullptr ? std::nullopt : std::optional{*resource};
}

bool FhirStore::exists(const std::string& type, const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const Resource* resource = find(type, id);
    return resource != nullptr && !resource->deleted;
}

std::vector<const Resource*> FhirStore::matching(const std::string& type,
                                                 const std::vector<Criterion>& criteria, bool delayed) const {
    std::vector<const Resource*> found;
    const auto shelf = shelves_.find(type);
    if (shelf == shelves_.end())
        return found;
    const Instant now = clock_.now();
    const auto consider = [&](std::size_t index) {
        const Resource& resource = shelf->second.resources[index];
        if (!resource.deleted && (!delayed || resource.searchable <= now) && meets(resource, criteria))
            found.push_back(&resource);
    };
    const auto exact = std::find_if(criteria.begin(), criteria.end(), [](const Criterion& criterion) {
        return criterion.parameter == "identifier" && criterion.modifier.empty() &&
               criterion.value.find_first_of("\\,") == std::string::npos &&
               std::count(criterion.value.begin(), criterion.value.end(), '|') == 1 &&
               criterion.value.back() != '|';
    });
    if (exact == criteria.end()) {
        for (std::size_t i = 0; i < shelf->second.resources.size(); ++i)
            consider(i);
        return found;
    }
    const auto [first, last] = shelf->second.by_identifier.equal_range(exact->value);
    std::vector<std::size_t> indexes;
    std::transform(first, last, std::back_inserter(indexes), [](const auto& entry) { return entry.second; });
    std::sort(indexes.begin(), indexes.end());
    indexes.erase(std::unique(indexes.begin(), indexes.end()), indexes.end());
    std::for_each(indexes.begin(), indexes.end(), consider);
    return found;
}

std::vector<Resource> FhirStore::search(const std::string& type,
                                        const std::vector<Criterion>& criteria) const {
    const std::lock_guard lock(mutex_);
    std::vector<Resource> copies;
    for (const Resource* resource : matching(type, criteria, true))
        copies.push_back(*resource);
    return copies;
}

std::vector<Resource> FhirStore::all(const std::string& type) const {
    const std::lock_guard lock(mutex_);
    const auto shelf = shelves_.find(type);
    return shelf == shelves_.end() ? std::vector<Resource>{} : shelf->second.resources;
}

std::size_t FhirStore::size(const std::string& type) const {
    const std::lock_guard lock(mutex_);
    const auto shelf = shelves_.find(type);
    return shelf == shelves_.end() ? 0 : shelf->second.resources.size() - shelf->second.deleted;
}

} // namespace efaxd::sandbox
