// What a token endpoint answers.
#pragma once

#include "http/message.hpp"
#include "http/token_keeper.hpp"

#include <string_view>

namespace efaxd::fhir {

/// The token of a 200; throws `bad_reply` if there is no usable bearer token in it. A missing `expires_in`
/// counts as five minutes. So that TokenKeeper, renewing 60 s early, renews a long-lived token when a tenth
/// of its life remains, the lifetime given to it is that much shorter than the server's.
http::Token read_token(const http::Reply& reply);

/// One word of printable ASCII, at most 16 KiB.
bool fits_a_header(std::string_view token);

/// The `error` member if it is one that RFC 6749 5.2 names, else empty: other words may hold anything.
std::string_view token_error(std::string_view body);

} // namespace efaxd::fhir
