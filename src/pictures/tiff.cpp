#include "pictures/tiff.hpp"

#include "pictures/fax_rows.hpp"
#include "pictures/tiff_memory.hpp"

#include <algorithm>
#include <memory>
#include <vector>

namespace efaxd::pictures {
namespace {

constexpr double centimetres_per_inch = 2.54;

template <typename Value>
Value field(TIFF* tiff, std::uint32_t tag, Value otherwise) {
    Value value{};
    return TIFFGetFieldDefaulted(tiff, tag, &value) == 1 ? value : otherwise;
}

Density density_of(TIFF* tiff) {
    const auto unit = field<std::uint16_t>(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
    const double scale = unit == RESUNIT_CENTIMETER ? centimetres_per_inch : 1;
    Density density;
    density.x = scale * double{field<float>(tiff, TIFFTAG_XRESOLUTION, 0)};
    density.y = scale * double{field<float>(tiff, TIFFTAG_YRESOLUTION, 0)};
    density.per_inch = unit != RESUNIT_NONE;
    return density;
}

PageFacts facts_of(TIFF* tiff) {
    PageFacts page;
    page.width = field<std::uint32_t>(tiff, TIFFTAG_IMAGEWIDTH, 0);
    page.height = field<std::uint32_t>(tiff, TIFFTAG_IMAGELENGTH, 0);
    page.density = density_of(tiff);
    page.orientation = field<std::uint16_t>(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
    check_size(page.width, page.height);
    return page;
}

bool is_fax_coding(std::uint16_t compression) {
    return compression >= COMPRESSION_CCITTRLE && compression <= COMPRESSION_CCITTFAX4;
}

/// Fax files leave the photometric interpretation out at times: theirs is black on white.
std::uint16_t photometric_of(TIFF* tiff) {
    const auto compression = field<std::uint16_t>(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
    return field<std::uint16_t>(tiff, TIFFTAG_PHOTOMETRIC,
                                is_fax_coding(compression) ? PHOTOMETRIC_MINISWHITE : PHOTOMETRIC_MINISBLACK);
}

/// The common fax page: one bit, in strips, black and white. All else takes the way over colours.
bool is_plain_bilevel(TIFF* tiff) {
    const std::uint16_t photometric = photometric_of(tiff);
    return field<std::uint16_t>(tiff, TIFFTAG_BITSPERSAMPLE, 1) == 1 &&
           field<std::uint16_t>(tiff, TIFFTAG_SAMPLESPERPIXEL, 1) == 1 && TIFFIsTiled(tiff) == 0 &&
           (photometric == PHOTOMETRIC_MINISWHITE || photometric == PHOTOMETRIC_MINISBLACK);
}

std::vector<std::uint8_t> read_bits(TIFF* tiff, const PageFacts& page) {
    const std::size_t stride = (page.width + 7) / 8;
    if (TIFFScanlineSize64(tiff) != stride)
        throw Unconvertible();
    const std::uint32_t strip_rows =
        std::min(field<std::uint32_t>(tiff, TIFFTAG_ROWSPERSTRIP, page.height), page.height);
    if (strip_rows == 0)
        throw Unconvertible();
    std::vector<std::uint8_t> bits(stride * page.height);
    std::uint32_t strip = 0;
    for (std::uint32_t row = 0; row < page.height; row += strip_rows, ++strip) {
        const auto size = static_cast<tmsize_t>(stride * std::min(strip_rows, page.height - row));
        if (TIFFReadEncodedStrip(tiff, strip, bits.data() + row * stride, size) != size)
            throw Unconvertible();
    }
    return bits;
}

void invert(std::span<std::uint8_t> bits) {
    for (std::uint8_t& byte : bits)
        byte = static_cast<std::uint8_t>(~byte);
}

using Raster = std::unique_ptr<std::uint32_t[]>;

Raster read_raster(TIFF* tiff, const PageFacts& page) {
    auto raster = std::make_unique_for_overwrite<std::uint32_t[]>(std::size_t{page.width} * page.height);
    // Its own orientation is asked for, so that nothing is turned: that is done in the PDF.
    if (TIFFReadRGBAImageOriented(tiff, page.width, page.height, raster.get(), page.orientation, 1) != 1)
        throw Unconvertible();
    return raster;
}

/// Lays the picture on white paper, in place: libtiff has multiplied the colours with their opacity already.
std::span<std::uint8_t> flatten(const Raster& raster, const PageFacts& page) {
    const std::size_t pixels = std::size_t{page.width} * page.height;
    auto* colours = reinterpret_cast<std::uint8_t*>(raster.get());
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
        const std::uint32_t value = raster[pixel];
        const std::uint32_t paper = 255 - TIFFGetA(value);
        colours[pixel * 3] = static_cast<std::uint8_t>(std::min(TIFFGetR(value) + paper, 255u));
        colours[pixel * 3 + 1] = static_cast<std::uint8_t>(std::min(TIFFGetG(value) + paper, 255u));
        colours[pixel * 3 + 2] = static_cast<std::uint8_t>(std::min(TIFFGetB(value) + paper, 255u));
    }
    return {colours, pixels * 3};
}

void read_page(TiffReader& reader, const Pages& pages) {
    TIFF* const tiff = reader.get();
    const PageFacts page = facts_of(tiff);
    const FaxRows rows(tiff);
    reader.forget_complaints();
    const auto expect_whole = [&] {
        if (reader.complained() || rows.fell_short())
            throw Unconvertible();
    };
    if (is_plain_bilevel(tiff)) {
        std::vector<std::uint8_t> bits = read_bits(tiff, page);
        expect_whole();
        if (photometric_of(tiff) == PHOTOMETRIC_MINISBLACK)
            invert(bits);
        hand_over_bits(page, bits, pages);
    } else {
        const Raster raster = read_raster(tiff, page);
        expect_whole();
        hand_over_colours(page, flatten(raster, page), pages);
    }
}

} // namespace

bool is_tiff(std::string_view bytes) {
    using namespace std::string_view_literals;
    return bytes.starts_with("II*\0"sv) || bytes.starts_with("MM\0*"sv) || bytes.starts_with("II+\0"sv) ||
           bytes.starts_with("MM\0+"sv);
}

void read_tiff(std::string_view bytes, const Pages& pages) {
    TiffReader reader(bytes);
    for (;;) {
        read_page(reader, pages);
        if (TIFFLastDirectory(reader.get()) != 0)
            return;
        if (TIFFReadDirectory(reader.get()) != 1)
            throw Unconvertible();
    }
}

} // namespace efaxd::pictures
