// One writing for all JSON texts that say the same.
#pragma once

#include "json/value.hpp"

#include <string>

namespace efaxd::fhir {

/// Compact, the members of every object sorted by their names.
std::string canonical(json::Value value);

} // namespace efaxd::fhir
