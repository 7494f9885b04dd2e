// Search results, page by page.
#pragma once

#include "json/value.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace efaxd::fhir {

/// Calls for every matching entry of that type: outcomes, included resources and other types are left out.
void each_match(json::Value bundle, std::string_view type, const std::function<void(json::Value)>& visit);

/// Where the next page is, as a URL that may be asked with our token: always on the origin of `base_url`.
/// Empty if there is none. A server behind a proxy may name itself by another scheme or host: of a link only
/// path and query are used; a relative one is relative to `base_url`. Throws `bad_reply` for a link that is
/// no URL, or names another host and a path that is not below ours.
std::string next_page(json::Value bundle, std::string_view base_url);

} // namespace efaxd::fhir
