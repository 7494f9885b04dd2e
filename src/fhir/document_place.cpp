#include "fhir/document_place.hpp"

#include "fhir/own_path.hpp"
#include "http/url.hpp"

#include <algorithm>

namespace efaxd::fhir {

namespace {

int usual_port(const http::Url& url) { return url.scheme == "https" ? 443 : 80; }

std::string host_of(const http::Url& url) {
    return url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
}

bool is_listed(const http::Url& url, const std::vector<std::string>& hosts) {
    const auto host = host_of(url);
    const auto with_port = host + ":" + std::to_string(url.port);
    return std::any_of(hosts.begin(), hosts.end(), [&](const std::string& allowed) {
        return allowed == with_port || (allowed == host && url.port == usual_port(url));
    });
}

std::string written(const http::Url& url) {
    const bool usual = url.port == usual_port(url);
    return url.scheme + "://" + host_of(url) + (usual ? "" : ":" + std::to_string(url.port)) + url.path;
}

/// On the base's origin, and certainly not meant to lie below the base.
bool is_beside(const http::Url& url, const http::Url& base) {
    const auto path = url.path.substr(0, url.path.find('?'));
    const bool plain = path.find('%') == std::string::npos && path.find("//") == std::string::npos &&
                       path.find("/.") == std::string::npos;
    return http::same_origin(url, base) && plain && !path.starts_with(base.path);
}

} // namespace

DocumentPlace DocumentPlaces::of(const OutboundDocument& document) const {
    using Kind = DocumentPlace::Kind;
    if (document.url.empty())
        return {};
    if (auto path = own_path(document.url, base_url_))
        return {Kind::ours, std::move(*path), {}};
    const auto base = http::parse_url(base_url_);
    const auto url = http::parse_url(std::string_view(document.url).substr(0, document.url.find('#')));
    if (!url || !base || !http::acceptable(*url))
        throw foreign(document.element);
    if (is_beside(*url, *base))
        return {Kind::beside, {}, written(*url)};
    if (is_listed(*url, hosts_) && !http::same_origin(*url, *base))
        return {Kind::elsewhere, {}, written(*url)};
    throw foreign(document.element);
}

Refusal DocumentPlaces::foreign(const std::string& element) const {
    return {
        422, "not-supported", element, "send.foreign_document",
        "The document lies where it may not be read from; upload it to the FHIR server and attach it again"};
}

} // namespace efaxd::fhir
