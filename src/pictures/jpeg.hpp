// JPEG: one page, and PDF takes it as it is.
#pragma once

#include "pictures/encode.hpp"

#include <string_view>

namespace efaxd::pictures {

bool is_jpeg(std::string_view bytes);

/// Only the frame is read, never the pixels: every segment up to the end mark must be there, and be of a kind
/// that PDF knows (baseline, extended or progressive; 8 bits; grey, three or four colours). What follows the
/// end mark is left out. Throws Unconvertible.
void read_jpeg(std::string_view bytes, const Pages& pages);

} // namespace efaxd::pictures
