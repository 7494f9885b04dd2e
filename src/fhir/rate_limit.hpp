// The RateLimit header that Medplum sends with every answer.
#pragma once

#include "efaxd/core/instant.hpp"

#include <optional>
#include <string_view>

namespace efaxd::fhir {

/// How long until every exhausted bucket is full again, from `"requests";r=0;t=60,
/// "fhirInteractions";r=9;t=60`: the longest `t` of those with `r=0`. Nothing if none is exhausted or the
/// text is garbage.
std::optional<Duration> rate_limit_wait(std::string_view header);

} // namespace efaxd::fhir
