// Who calls: the token of an Authorization header.
#pragma once

#include <string>

namespace efaxd::serve {

/// The token behind `Bearer`, however that is spelled. Empty for another scheme and for what is no token:
/// spaces in it, or bytes that are not printable ASCII. A secret.
std::string bearer_of(const std::string& authorization);

} // namespace efaxd::serve
