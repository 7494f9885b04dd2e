// Pictures in, one PDF out.
#pragma once

#include "pictures/pdf_writer.hpp"

#include <span>
#include <string_view>

namespace efaxd::pictures {

/// Writes the pages of all pictures, in this order, as one PDF. The kinds are told by their first bytes:
/// TIFF, JPEG, PNG. Throws Unconvertible at the first picture that cannot be taken whole, and std::bad_alloc;
/// part of the PDF may be written by then. Keeps nothing, prints nothing, opens nothing.
void convert(std::span<const std::string_view> pictures, const Sink& sink);

} // namespace efaxd::pictures
