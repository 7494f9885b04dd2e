// What libcurl says of a transfer that failed, in our words.
#pragma once

#include "http/error.hpp"

#include <curl/curl.h>

namespace efaxd::http {

/// `sent`: a byte of the request may have reached the server. Throws std::bad_alloc where libcurl ran out of
/// memory before that.
Error failure_of(CURL* easy, CURLcode code, bool sent);

} // namespace efaxd::http
