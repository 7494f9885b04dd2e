// Which URLs the file may name.
#pragma once

#include <string_view>

namespace efaxd::config {

/// An https URL, or an http URL of `localhost`, `127.x.y.z` or `[::1]`; no user info, query or fragment.
bool is_url(std::string_view text);

/// An http or https URL of any host, without user info and path.
bool is_proxy(std::string_view text);

} // namespace efaxd::config
