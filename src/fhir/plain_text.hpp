// Texts out of a resource, as they may stand in a header, on a cover page or in JSON.
#pragma once

#include <string>
#include <string_view>

namespace efaxd::fhir {

/// Tabs and line ends become blanks, other control characters go; blanks at its ends are trimmed.
std::string one_line(std::string_view text);

/// The same, line by line: line ends stay, as `\n`.
std::string lines(std::string_view text);

/// ASCII letters compared without their case.
bool same_text(std::string_view one, std::string_view other);

} // namespace efaxd::fhir
