// A picture's page, ready to be put into a PDF.
#pragma once

#include <cstdint>
#include <exception>
#include <string_view>

namespace efaxd::pictures {

/// The picture is damaged, of an unknown kind or beyond the limits.
struct Unconvertible : std::exception {
    const char* what() const noexcept override { return "unconvertible"; }
};

inline constexpr std::uint32_t most_pixels_a_side = 20'000;
inline constexpr std::uint64_t most_pixels = 100'000'000;
inline constexpr int most_pages = 1'000;

/// Throws Unconvertible if a page of so many pixels is beyond the limits, or has none.
inline void check_size(std::uint32_t width, std::uint32_t height) {
    if (width < 1 || height < 1 || width > most_pixels_a_side || height > most_pixels_a_side ||
        std::uint64_t{width} * height > most_pixels)
        throw Unconvertible();
}

/// How close the pixels lie. Fax pixels are rarely square.
struct Density {
    double x = 0; ///< along a stored row; zero or nonsense if the picture does not tell
    double y = 0;
    bool per_inch = false; ///< else only the ratio of both means something
};

enum class Coding {
    fax,     ///< one bit, Group 4, black is 1
    deflate, ///< eight bits a component, each row as differences (TIFF predictor 2), then zlib
    jpeg,    ///< a whole JPEG file
};

struct Image {
    std::uint32_t width = 0; ///< as stored, before it is turned
    std::uint32_t height = 0;
    int components = 1; ///< 1 grey, 3 RGB, 4 CMYK
    Coding coding = Coding::fax;
    bool inverted = false; ///< the components count backwards, as Adobe's CMYK does
    Density density;
    int orientation = 1;    ///< 1 … 8, as TIFF and Exif number them
    std::string_view bytes; ///< valid only while it is handed over
};

} // namespace efaxd::pictures
