// What an administrator can do about a fault, by its reason code.
#pragma once

#include "http/error.hpp"

#include <string>
#include <string_view>

namespace efaxd::app {

/// One sentence; a general one for a reason without its own.
std::string remedy_of(std::string_view reason);

/// What to do where there is no connection.
std::string remedy_of(http::Cause cause);

/// 78 if the configuration is to blame, 77 if we were refused, 73 if our own ground is to blame, else 69.
int exit_code_of_reason(std::string_view reason);

} // namespace efaxd::app
