// Pictures made for tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::pictures {

/// A TIFF directory as a test wants it. The pixels are one byte a component, 0 or 255 for bilevel.
struct Sheet {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::vector<std::uint8_t> pixels; ///< for bilevel: 1 is black; else components of 8 bits

    int components = 1;
    int bits = 1;
    int compression = 1;   ///< none
    int photometric = 0;   ///< min is white
    int fill_order = 1;    ///< most significant bit first
    int orientation = 1;   ///< top left
    int group3 = 0;        ///< options of Group 3
    int extra_samples = 0; ///< 2: the last component is opacity
    std::uint32_t rows_per_strip = 0xffffffff;
    double x_density = 204;
    double y_density = 196;
    int unit = 2; ///< inch; 0 leaves density out
    bool tiled = false;
    bool big = false;
};

/// A page with writing on it, so to speak: black where it looks like text, the same each time.
Sheet fax_sheet(std::uint32_t width = 1728, std::uint32_t height = 300);
/// 8 bits a component; grey for one.
Sheet photo_sheet(int components, std::uint32_t width = 200, std::uint32_t height = 100);

std::string tiff_of(const std::vector<Sheet>& sheets);

/// A PNG of bits and colour type as PNG numbers them; the rows are as they are stored, without filter bytes.
struct PngSpec {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    int bits = 8;
    int type = 2;
    std::vector<std::uint8_t> rows{};
    std::string palette{};      ///< PLTE
    std::string transparency{}; ///< tRNS
    std::uint32_t per_metre_x = 0;
    std::uint32_t per_metre_y = 0;
};
std::string png_of(const PngSpec& spec);

/// 16 × 8 pixels, baseline, 3 components, JFIF 100 × 50 dots per inch.
std::string small_jpeg();

std::string from_hex(std::string_view digits);

} // namespace efaxd::pictures
