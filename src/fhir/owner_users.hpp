// The eFax user IDs on an Organization or a Practitioner.
#pragma once

#include "efaxd/core/instant.hpp"
#include "efaxd/core/owner.hpp"
#include "json/value.hpp"

#include <vector>

namespace efaxd::fhir {

/// Every current identifier of the eFax system, each once; none if the resource is inactive or has no id.
/// Identifiers whose use is `old` or whose period is over do not count; a period that cannot be read does.
std::vector<OwnedUser> users_on(json::Value resource, OwnerKind kind, Instant now);

} // namespace efaxd::fhir
