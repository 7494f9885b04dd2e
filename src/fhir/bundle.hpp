// Search results, page by page.
#pragma once

#include "json/value.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace efaxd::fhir {

/// Calls for every matching entry of that type: outcomes, included resources and other types are left out.
void each_match(json::Value bundle, std::string_view type, const std::function<void(json::Value)>& visit);

/// Where the next page is, as a URL that may be asked with our token: on the origin of `base_url`. Empty if
/// there is none. Throws `bad_reply` for a link elsewhere, since following it would give our token away.
std::string next_page(json::Value bundle, std::string_view base_url);

} // namespace efaxd::fhir
