#include "fhir/bundle.hpp"

#include "fhir/resource.hpp"
#include "http/url.hpp"

#include <algorithm>

namespace efaxd::fhir {

namespace {

/// Has a scheme, or is `//host/path`.
bool is_absolute(std::string_view link) {
    const auto first_segment = link.substr(0, link.find_first_of("/?"));
    return link.starts_with("//") || first_segment.find(':') != std::string_view::npos;
}

bool is_below(std::string_view path, std::string_view base_path) {
    if (!path.starts_with(base_path))
        return false;
    path.remove_prefix(base_path.size());
    return path.empty() || path.front() == '/' || path.front() == '?';
}

/// The link as a URL below ours, whatever host it names.
std::string joined(std::string_view link, std::string_view base_url) {
    link = link.substr(0, link.find('#'));
    const auto slash = std::min(base_url.find('/', base_url.find("://") + 3), base_url.size());
    const std::string origin(base_url.substr(0, slash));
    const auto base_path = base_url.substr(slash);
    const bool plain =
        std::all_of(link.begin(), link.end(), [](char c) { return c > ' ' && c < 0x7f && c != '\\'; });
    if (link.empty() || !plain)
        throw bad_reply("the link to the next page is no URL");
    if (!is_absolute(link)) {
        if (link.front() == '/' && is_below(link, base_path))
            return origin + std::string(link);
        const bool follows = link.front() == '/' || link.front() == '?';
        return std::string(base_url) + (follows ? "" : "/") + std::string(link);
    }
    const auto next =
        http::parse_url(link.starts_with("//") ? "https:" + std::string(link) : std::string(link));
    const auto base = http::parse_url(base_url);
    if (!next || !base || !(is_below(next->path, base_path) || http::same_origin(*next, *base)))
        throw bad_reply("the link to the next page leads out of the FHIR server");
    return origin + next->path;
}

} // namespace

void each_match(json::Value bundle, std::string_view type, const std::function<void(json::Value)>& visit) {
    const auto entries = bundle["entry"];
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto mode = entries.at(i)["search"]["mode"].text_or("match");
        const auto resource = entries.at(i)["resource"];
        if (mode == "match" && resource["resourceType"].text_or("") == type)
            visit(resource);
    }
}

std::string next_page(json::Value bundle, std::string_view base_url) {
    const auto links = bundle["link"];
    for (std::size_t i = 0; i < links.size(); ++i)
        if (links.at(i)["relation"].text_or("") == "next")
            return joined(links.at(i)["url"].text_or(""), base_url);
    return {};
}

} // namespace efaxd::fhir
