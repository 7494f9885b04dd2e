// Telephone numbers as fax services and forms spell them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace efaxd {

/// The number as the originating-number extension carries it: digits, with a leading `+` kept if there was
/// one. Empty for `unavailable`, for text without digits and for more than 20 digits: a caller id is free
/// text.
std::string tidy_number(std::string_view given);

/// Do both mean the same line? Digits are compared; North American numbers by their last ten.
bool same_line(std::string_view one, std::string_view other);

/// The number in E.164 as eFax wants it, `+` and 8 to 15 digits; nothing if it cannot be told for certain: a
/// guessed number sends a record to a stranger. Behind a scheme `tel:` or `fax:` there may be one leading
/// `+`, digits, `( ) - .`, blanks and no-break spaces; anything else is refused, for it may begin a pause, an
/// extension or a second number. Ten digits that do not begin with 0 become a number of `country` (`1` …;
/// empty: refused), eleven that begin with 1 a North American one; any other length without `+` is refused.
/// Behind `+1` there must be ten more, and behind any country code no bracket that begins with the trunk's 0.
std::optional<std::string> e164(std::string_view given, std::string_view country);

} // namespace efaxd
