// PNG: one page.
#pragma once

#include "pictures/encode.hpp"

#include <string_view>

namespace efaxd::pictures {

bool is_png(std::string_view bytes);

/// What is transparent is laid on white paper; 16 bits become 8. Throws Unconvertible if the picture is
/// damaged or beyond the limits.
void read_png(std::string_view bytes, const Pages& pages);

} // namespace efaxd::pictures
