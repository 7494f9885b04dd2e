// How a Communication stands.
#pragma once

#include "efaxd/core/outbound.hpp"
#include "http/message.hpp"
#include "json/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace efaxd::fhir {

/// `meta.versionId`, else what the ETag names; empty if neither is there or could not stand in If-Match.
std::string version_of(json::Value resource, const http::Reply& reply);

/// Values of the identifiers of a system, each once, in their order.
std::vector<std::string> identifiers_of(json::Value resource, std::string_view system);

/// The Communication of a reply. Throws a passing Fault `fhir.bad_reply` if the reply holds none.
CommunicationStanding standing_of(http::Reply reply);

} // namespace efaxd::fhir
