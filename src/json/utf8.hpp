// Well-formed UTF-8 (RFC 3629), and the repair of what is not.
#pragma once

#include <string>
#include <string_view>

namespace efaxd::json {

bool is_utf8(std::string_view text);

/// Every byte that begins no well-formed character becomes U+FFFD.
std::string repaired_utf8(std::string_view text);

/// Appends the code point, which must be one (no surrogate, at most 10FFFF).
void append_utf8(std::string& text, char32_t code_point);

} // namespace efaxd::json
