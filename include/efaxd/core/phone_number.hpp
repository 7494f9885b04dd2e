// Telephone numbers as fax services and forms spell them.
#pragma once

#include <string>
#include <string_view>

namespace efaxd {

/// The number as the originating-number extension carries it: digits, with a leading `+` kept if there was
/// one. Empty for `unavailable`, for text without digits and for more than 20 digits: a caller id is free
/// text.
std::string tidy_number(std::string_view given);

/// Do both mean the same line? Digits are compared; North American numbers by their last ten.
bool same_line(std::string_view one, std::string_view other);

} // namespace efaxd
