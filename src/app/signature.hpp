// How eFax signs its notifications.
#pragma once

#include <string_view>

namespace efaxd::app {

/// Is this the HMAC, given in lower-case hex, in the header's spelling: hex in either case, or base64?
/// Compared in constant time.
bool signature_fits(std::string_view header, std::string_view hmac_hex);

} // namespace efaxd::app
