// TIFF: every directory of the file is a page.
#pragma once

#include "pictures/encode.hpp"

#include <string_view>

namespace efaxd::pictures {

bool is_tiff(std::string_view bytes);

/// Hands over the pages in order. Throws Unconvertible at the first that is damaged or beyond the limits: a
/// page is whole or not delivered.
void read_tiff(std::string_view bytes, const Pages& pages);

} // namespace efaxd::pictures
