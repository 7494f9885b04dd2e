#include "pictures/encode.hpp"

#include "pictures/tiff_memory.hpp"

#include <algorithm>
#include <new>
#include <string>

namespace efaxd::pictures {
namespace {

/// libtiff knows both codings, and its compressed strips are what PDF wants: here is a TIFF of one strip.
struct Strip {
    std::string file;
    std::uint64_t place = 0;
    std::uint64_t length = 0;

    std::string_view bytes() const { return std::string_view(file).substr(place, length); }
};

void describe(TIFF* tiff, const Image& image) {
    const bool fax = image.coding == Coding::fax;
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, image.width);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, image.height);
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, image.height);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, image.components);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, fax ? 1 : 8);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_FILLORDER, FILLORDER_MSB2LSB);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, fax ? COMPRESSION_CCITTFAX4 : COMPRESSION_ADOBE_DEFLATE);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC,
                 fax                     ? PHOTOMETRIC_MINISWHITE
                 : image.components == 1 ? PHOTOMETRIC_MINISBLACK
                                         : PHOTOMETRIC_RGB);
    if (!fax)
        TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
}

/// Uses up the pixels: taking differences is done in place. Memory is all that can fail.
Strip compress(const Image& image, std::span<std::uint8_t> pixels) {
    Strip strip;
    const Tiff tiff = create_tiff(strip.file);
    describe(tiff.get(), image);
    const std::size_t stride = pixels.size() / image.height;
    for (std::uint32_t row = 0; row < image.height; ++row)
        if (TIFFWriteScanline(tiff.get(), pixels.subspan(row * stride, stride).data(), row, 0) != 1)
            throw std::bad_alloc();
    if (TIFFFlushData(tiff.get()) != 1)
        throw std::bad_alloc();
    strip.place = TIFFGetStrileOffset(tiff.get(), 0);
    strip.length = TIFFGetStrileByteCount(tiff.get(), 0);
    return strip;
}

void hand_over(const PageFacts& page, Coding coding, int components, std::span<std::uint8_t> pixels,
               const Pages& pages) {
    Image image;
    image.width = page.width;
    image.height = page.height;
    image.components = components;
    image.coding = coding;
    image.density = page.density;
    image.orientation = page.orientation;
    const Strip strip = compress(image, pixels);
    image.bytes = strip.bytes();
    pages(image);
}

enum class Palette { black_and_white, grey, colours };

Palette palette_of(std::span<const std::uint8_t> colours) {
    Palette palette = Palette::black_and_white;
    for (std::size_t at = 0; at < colours.size(); at += 3) {
        if (colours[at] != colours[at + 1] || colours[at] != colours[at + 2])
            return Palette::colours;
        if (colours[at] != 0 && colours[at] != 255)
            palette = Palette::grey;
    }
    return palette;
}

/// In place: the result is never longer than what was read.
std::span<std::uint8_t> reduce_to_grey(std::span<std::uint8_t> colours) {
    for (std::size_t at = 0; at < colours.size(); at += 3)
        colours[at / 3] = colours[at];
    return colours.first(colours.size() / 3);
}

std::span<std::uint8_t> reduce_to_bits(const PageFacts& page, std::span<std::uint8_t> colours) {
    const std::size_t stride = (page.width + 7) / 8;
    std::size_t at = 0;
    for (std::uint32_t row = 0; row < page.height; ++row)
        for (std::size_t byte = 0; byte < stride; ++byte) {
            const std::size_t pixels = std::min<std::size_t>(8, page.width - byte * 8);
            unsigned bits = 0;
            for (std::size_t pixel = 0; pixel < pixels; ++pixel, at += 3)
                if (colours[at] == 0)
                    bits |= 0x80u >> pixel;
            colours[row * stride + byte] = static_cast<std::uint8_t>(bits);
        }
    return colours.first(stride * page.height);
}

} // namespace

void hand_over_bits(const PageFacts& page, std::span<std::uint8_t> bits, const Pages& pages) {
    hand_over(page, Coding::fax, 1, bits, pages);
}

void hand_over_colours(const PageFacts& page, std::span<std::uint8_t> colours, const Pages& pages) {
    switch (palette_of(colours)) {
    case Palette::black_and_white:
        return hand_over_bits(page, reduce_to_bits(page, colours), pages);
    case Palette::grey:
        return hand_over(page, Coding::deflate, 1, reduce_to_grey(colours), pages);
    case Palette::colours:
        return hand_over(page, Coding::deflate, 3, colours, pages);
    }
}

} // namespace efaxd::pictures
