// What may stand in the file, byte by byte, before any parser sees it.
#pragma once

#include "config/report.hpp"

#include <string_view>

namespace efaxd::config {

/// UTF-8 without control characters, and no tab in front of a line's text. False, with problems reported,
/// if it is anything else.
bool readable(std::string_view text, Report& report);

/// The text without a byte order mark.
std::string_view without_mark(std::string_view text);

} // namespace efaxd::config
