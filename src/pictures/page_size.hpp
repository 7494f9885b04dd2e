// How large a page is, and how its image lies on it.
#pragma once

#include "pictures/image.hpp"

#include <array>

namespace efaxd::pictures {

/// In points, a 72nd of an inch, as it is seen after turning.
struct PageSize {
    double width = 0;
    double height = 0;
};

PageSize page_size(const Image& image);

/// PDF's six numbers that place the image, whose own space is one unit a side with its first row on top, so
/// that it fills the page and stands as its orientation says.
std::array<double, 6> placement(const PageSize& page, int orientation);

} // namespace efaxd::pictures
