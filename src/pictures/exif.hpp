// What a camera noted beside its picture.
#pragma once

#include <string_view>

namespace efaxd::pictures {

/// How the camera was held, 1 … 8, from the Exif block that follows `Exif\0\0`; 1 if the block does not tell
/// or is damaged.
int exif_orientation(std::string_view block);

} // namespace efaxd::pictures
