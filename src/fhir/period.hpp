// Is an entry that FHIR keeps with a period still good?
#pragma once

#include "efaxd/core/instant.hpp"
#include "json/value.hpp"

namespace efaxd::fhir {

/// Of an Identifier, a ContactPoint or a resource with a period: false if its use is `old`, its period is
/// over or has not begun; a period that cannot be read does not count.
bool is_current(json::Value entry, Instant now);

} // namespace efaxd::fhir
