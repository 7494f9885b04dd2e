// The converter's two ends: pictures come in, the PDF goes out.
#pragma once

#include <string_view>
#include <vector>

namespace efaxd::pictures {

/// One picture each, as they came.
using Batch = std::vector<std::vector<char>>;

/// Reads frames (see frames/picture_frames.hpp) from the standard input up to the end mark. Throws
/// std::runtime_error if the input is cut or no frames.
Batch read_pictures();

/// Throws std::runtime_error if nobody takes it.
void write_out(std::string_view bytes);

} // namespace efaxd::pictures
