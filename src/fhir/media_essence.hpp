// Content types compared.
#pragma once

#include <string>
#include <string_view>

namespace efaxd::fhir {

/// A content type in lower case, without its parameters and blanks.
std::string media_essence(std::string_view content_type);

} // namespace efaxd::fhir
