#include "sandbox/fhir_storage.hpp"

#include "crypto/crypto.hpp"
#include "sandbox/json_tree.hpp"
#include "json/writer.hpp"

#include <chrono>
#include <functional>

namespace efaxd::sandbox {

namespace {

std::int64_t seconds_of(Instant instant) {
    return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

using Change = std::function<std::optional<std::string>(std::string_view url)>;

/// Changes the URLs of all attachments below.
void change_urls(JsonTree& tree, const Change& change) {
    for (const std::string_view name : {"contentAttachment", "attachment"})
        if (JsonTree* attachment = tree.member(name))
            if (JsonTree* url = attachment->member("url")) {
                const auto document = json::Document::parse(url->scalar);
                if (const auto changed = change(document.root().text_or("")))
                    url->scalar = json::Writer().text(*changed).take();
            }
    for (JsonTree& item : tree.items)
        change_urls(item, change);
}

std::string with_urls(const std::string& resource, const Change& change) {
    const auto document = json::Document::parse(resource);
    JsonTree tree = JsonTree::of(document.root());
    change_urls(tree, change);
    return tree.text();
}

} // namespace

std::string FhirStorage::signature(const std::string& id, std::string_view expires) const {
    return crypto::hmac_sha256_hex("storage-" + std::to_string(seed_), id + '?' + std::string{expires});
}

std::string FhirStorage::url(const std::string& origin, const std::string& id, std::int64_t seconds) const {
    const std::string expires = std::to_string(seconds_of(clock_.now()) + seconds);
    return origin + std::string{storage_path} + id + "?Expires=" + expires +
           "&Signature=" + signature(id, expires);
}

std::string FhirStorage::shown(const std::string& resource, const std::string& origin,
                               std::int64_t seconds) const {
    return with_urls(resource, [&](std::string_view given) -> std::optional<std::string> {
        constexpr std::string_view relative = "Binary/";
        if (!given.starts_with(relative))
            return std::nullopt;
        return url(origin, std::string{given.substr(relative.size())}, seconds);
    });
}

std::string FhirStorage::plain(const std::string& resource, const std::string& origin) {
    const std::string storage = origin + std::string{storage_path};
    const std::string absolute = origin + "/fhir/R4/Binary/";
    if (resource.find(storage_path) == std::string::npos && resource.find("Binary/") == std::string::npos)
        return resource;
    try {
        return with_urls(resource, [&](std::string_view given) -> std::optional<std::string> {
            if (given.starts_with(storage))
                return "Binary/" +
                       std::string{given.substr(storage.size(), given.find('?') - storage.size())};
            if (given.starts_with(absolute))
                return "Binary/" + std::string{given.substr(absolute.size())};
            return std::nullopt;
        });
    } catch (const json::ParseError&) {
        return resource;
    }
}

std::optional<std::string> FhirStorage::granted(const HttpRequest& request) const {
    const std::string id = request.path.substr(std::min(storage_path.size(), request.path.size()));
    const std::string expires{find(request.query, "Expires").value_or("")};
    const auto end = whole_number(expires);
    const bool good = end && *end > seconds_of(clock_.now()) &&
                      find(request.query, "Signature") == signature(id, expires) &&
                      request.header("authorization").empty();
    return good ? std::optional{id} : std::nullopt;
}

} // namespace efaxd::sandbox
