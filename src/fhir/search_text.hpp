// Search parameters as text, for URLs and for If-None-Exist.
#pragma once

#include "efaxd/ports/fhir_server.hpp"

#include <string>
#include <string_view>

namespace efaxd::fhir {

/// `system|value`, the value's `\`, `,`, `|` and `$` escaped by a backslash (FHIR R4 search, 3.1.1.4), all of
/// it percent-encoded.
std::string token(std::string_view system, std::string_view value);

/// The query that finds the Communications of a fax in every status, without a `?` or a type before it: as it
/// stands in a URL and, since Medplum takes nothing else there, in If-None-Exist.
std::string fax_query(std::string_view fax_id, Unless which);

/// The query that finds every owner with an eFax user ID, without the type.
std::string owners_query();

} // namespace efaxd::fhir
