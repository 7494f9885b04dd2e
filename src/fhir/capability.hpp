// What a server says of itself: the CapabilityStatement and SMART's configuration.
#pragma once

#include "fhir/server.hpp"
#include "json/value.hpp"

#include <string>
#include <string_view>

namespace efaxd::fhir {

/// Tolerant: what the statement leaves out is empty or false.
Capabilities capabilities_of(json::Value statement);

/// The token URL of a CapabilityStatement (`rest.security`, extension oauth-uris); empty if it has none.
std::string token_url_of(json::Value statement);

/// The token URL of a `.well-known/smart-configuration` body; empty if it has none or is no JSON.
std::string smart_token_url(std::string_view body);

} // namespace efaxd::fhir
