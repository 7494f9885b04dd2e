// Small helpers around the text of HTTP.
#pragma once

#include "efaxd/core/instant.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace efaxd::sandbox {

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string lower(std::string_view text);
std::string digits_of(std::string_view text);

/// Undoes `%xx`; `+` becomes a space only where `plus` says so (queries and forms). A broken escape stays as
/// it is.
std::string percent_decode(std::string_view text, bool plus);
/// Percent-encodes everything but `A-Z a-z 0-9 - . _ ~`.
std::string percent_encode(std::string_view text);

/// `a=1&b=2`, decoded, in order.
Pairs parse_query(std::string_view query);
/// The first value of that name.
std::optional<std::string_view> find(const Pairs& pairs, std::string_view name);

std::vector<std::string> split(std::string_view text, char separator);

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
std::string http_date(Instant instant);

/// Standard base64, with or without padding, of either alphabet; nothing if it is none.
std::optional<std::string> decode_base64url(std::string_view text);
std::optional<std::string> decode_base64(std::string_view text);

/// Name and password of an `Authorization: Basic` header's value.
std::optional<std::pair<std::string, std::string>> basic_credentials(std::string_view header);
/// The token of an `Authorization: Bearer` header's value; the scheme in any case.
std::optional<std::string> bearer_token(std::string_view header);

/// A whole decimal number, all of it.
std::optional<std::int64_t> whole_number(std::string_view text);

} // namespace efaxd::sandbox
