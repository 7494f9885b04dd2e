#include "fhir/own_path.hpp"

#include "fhir/resource.hpp"
#include "http/url.hpp"

#include <algorithm>

namespace efaxd::fhir {

namespace {

bool has_scheme(std::string_view url) {
    return url.substr(0, url.find_first_of("/?#")).find(':') != std::string_view::npos;
}

/// The part below the base's path, which begins with a slash.
std::optional<std::string_view> below(std::string_view path, std::string_view base_path) {
    while (base_path.ends_with('/'))
        base_path.remove_suffix(1);
    if (!path.starts_with(base_path))
        return std::nullopt;
    path.remove_prefix(base_path.size());
    if (!path.starts_with('/'))
        return std::nullopt;
    return path.substr(1);
}

bool is_plain(std::string_view path) {
    constexpr std::string_view others = "-._~$/";
    const bool characters = std::all_of(path.begin(), path.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               others.find(c) != std::string_view::npos;
    });
    while (characters) {
        const auto segment = path.substr(0, path.find('/'));
        if (segment.empty() || segment == "." || segment == "..")
            return false;
        if (segment.size() == path.size())
            return true;
        path.remove_prefix(segment.size() + 1);
    }
    return false;
}

} // namespace

std::optional<std::string> own_path(std::string_view url, std::string_view base_url) {
    url = url.substr(0, url.find('#'));
    if (url.starts_with("//") ||
        !std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7f && c != '\\'; }))
        return std::nullopt;
    const auto base = http::parse_url(base_url);
    if (!base)
        return std::nullopt;
    std::optional<std::string_view> rest = url;
    const auto absolute = http::parse_url(url);
    if (absolute)
        rest = http::same_origin(*absolute, *base) ? below(absolute->path, base->path) : std::nullopt;
    else if (has_scheme(url))
        rest = std::nullopt;
    else if (url.starts_with('/'))
        rest = below(url, base->path);
    if (!rest || !is_plain(rest->substr(0, rest->find('?'))))
        return std::nullopt;
    return std::string(*rest);
}

std::string resource_on(std::string_view path) {
    path = path.substr(0, path.find('?'));
    const auto slash = path.find('/');
    if (slash != std::string_view::npos)
        path = path.substr(0, path.find('/', slash + 1));
    return is_local_reference(path) ? std::string(path) : std::string();
}

Target target_of(std::string_view reference, std::string_view base_url) {
    if (reference.empty())
        return {};
    if (reference.starts_with('#') && is_id(reference.substr(1)))
        return {Target::Kind::contained, {}, std::string(reference.substr(1))};
    const auto path = own_path(reference, base_url);
    if (!path || reference.find('#') != std::string_view::npos)
        return {Target::Kind::foreign, {}, {}};
    const auto local = std::string_view(*path).substr(0, path->find("/_history/"));
    if (!is_local_reference(local))
        return {Target::Kind::foreign, {}, {}};
    const auto slash = local.find('/');
    return {Target::Kind::local, std::string(local.substr(0, slash)), std::string(local.substr(slash + 1))};
}

} // namespace efaxd::fhir
