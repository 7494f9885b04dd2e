// Pixels become an image, in the smallest form that loses nothing.
#pragma once

#include "pictures/image.hpp"

#include <cstdint>
#include <functional>
#include <span>

namespace efaxd::pictures {

using Pages = std::function<void(const Image&)>;

/// What is known of a page besides its pixels.
struct PageFacts {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    Density density;
    int orientation = 1;
};

/// One bit a pixel, black is 1, each row in whole bytes. The pixels are used up.
void hand_over_bits(const PageFacts& page, std::span<std::uint8_t> bits, const Pages& pages);

/// Three bytes a pixel: red, green, blue. Grey goes in as grey, pure black and white as one bit. The pixels
/// are used up.
void hand_over_colours(const PageFacts& page, std::span<std::uint8_t> colours, const Pages& pages);

} // namespace efaxd::pictures
