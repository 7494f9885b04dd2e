// Grey and colour, from TIFF, PNG and JPEG.
#include "pictures/converted.hpp"
#include "pictures/samples.hpp"

#include <gtest/gtest.h>
#include <tiffio.h>

namespace efaxd::pictures {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(PhotoTiff, in_colour_keeps_every_pixel) {
    for (const int compression :
         {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_PACKBITS, COMPRESSION_ADOBE_DEFLATE})
        for (const bool tiled : {false, true}) {
            Sheet sheet = photo_sheet(3);
            sheet.compression = compression;
            sheet.tiled = tiled;
            const PdfPage page = page_of(tiff_of({sheet}));
            EXPECT_EQ(page.filter(), "FlateDecode");
            EXPECT_NE(page.dictionary.find("/DeviceRGB"), std::string::npos);
            EXPECT_EQ(page.number("BitsPerComponent"), 8);
            EXPECT_TRUE(page.pixels() == sheet.pixels) << compression;
            EXPECT_EQ(page.width, 144);
            EXPECT_EQ(page.height, 72);
        }
}

TEST(PhotoTiff, in_grey_goes_in_as_grey) {
    const Sheet sheet = photo_sheet(1);
    const PdfPage page = page_of(tiff_of({sheet}));
    EXPECT_NE(page.dictionary.find("/DeviceGray"), std::string::npos);
    EXPECT_TRUE(page.pixels() == sheet.pixels);

    Sheet negative = sheet;
    negative.photometric = PHOTOMETRIC_MINISWHITE;
    Bytes inverted;
    for (const std::uint8_t value : sheet.pixels)
        inverted.push_back(static_cast<std::uint8_t>(255 - value));
    EXPECT_TRUE(page_of(tiff_of({negative})).pixels() == inverted);
}

TEST(PhotoTiff, of_pure_black_and_white_goes_in_as_a_fax_page) {
    Sheet sheet = photo_sheet(1, 9, 2);
    sheet.pixels = {0, 255, 255, 255, 255, 255, 255, 255, 0, 255, 0, 255, 255, 255, 255, 255, 255, 255};
    const PdfPage page = page_of(tiff_of({sheet}));
    EXPECT_EQ(page.filter(), "CCITTFaxDecode");
    EXPECT_EQ(page.pixels(), (Bytes{1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(PhotoTiff, compressed_as_jpeg_is_opened) {
    for (const int components : {1, 3}) {
        Sheet sheet = photo_sheet(components);
        sheet.compression = COMPRESSION_JPEG;
        const PdfPage page = page_of(tiff_of({sheet}));
        const Bytes pixels = page.pixels();
        ASSERT_EQ(pixels.size(), sheet.pixels.size());
        EXPECT_NEAR(pixels[0], sheet.pixels[0], 30);
    }
}

TEST(PhotoTiff, lies_as_it_was_stored_and_is_turned_by_the_page) {
    for (int orientation = 1; orientation <= 8; ++orientation) {
        Sheet sheet = photo_sheet(3, 20, 10);
        sheet.orientation = orientation;
        const PdfPage page = page_of(tiff_of({sheet}));
        EXPECT_TRUE(page.pixels() == sheet.pixels) << orientation;
        EXPECT_EQ(page.width > page.height, orientation < 5) << orientation;
    }
}

TEST(PhotoTiff, lies_on_white_paper_where_it_is_transparent) {
    Sheet sheet = photo_sheet(4, 3, 1);
    sheet.extra_samples = EXTRASAMPLE_UNASSALPHA;
    sheet.pixels = {10, 20, 30, 255, 10, 20, 30, 0, 0, 0, 0, 127};
    EXPECT_EQ(page_of(tiff_of({sheet})).pixels(), (Bytes{10, 20, 30, 255, 255, 255, 128, 128, 128}));
}

TEST(PhotoPng, in_colour_keeps_pixels_and_density) {
    PngSpec png{.width = 2, .height = 2, .rows = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
    png.per_metre_x = 50; // 1.27 per inch
    png.per_metre_y = 25;
    const PdfPage page = page_of(png_of(png));
    EXPECT_EQ(page.pixels(), png.rows);
    EXPECT_NEAR(page.width, 2 / 1.27 * 72, 0.01);
    EXPECT_NEAR(page.height, 4 / 1.27 * 72, 0.01);
}

TEST(PhotoPng, of_grey_and_of_one_bit_stays_so) {
    const PngSpec grey{.width = 2, .height = 2, .type = 0, .rows = {0, 100, 200, 255}};
    EXPECT_EQ(page_of(png_of(grey)).pixels(), grey.rows);

    const PngSpec bits{.width = 4, .height = 2, .bits = 1, .type = 0, .rows = {0x50, 0xf0}};
    const PdfPage page = page_of(png_of(bits));
    EXPECT_EQ(page.filter(), "CCITTFaxDecode");
    EXPECT_EQ(page.pixels(), (Bytes{1, 0, 1, 0, 0, 0, 0, 0}));
    EXPECT_NEAR(page.width, 612, 0.001);
}

TEST(PhotoPng, of_16_bits_is_as_bright_in_8) {
    const PngSpec png{.width = 2, .height = 1, .bits = 16, .type = 0, .rows = {0x40, 0x40, 0x80, 0x80}};
    const Bytes pixels = page_of(png_of(png)).pixels();
    ASSERT_EQ(pixels.size(), 2u);
    EXPECT_NEAR(pixels[0], 0x40, 1);
    EXPECT_NEAR(pixels[1], 0x80, 1);
}

TEST(PhotoPng, lies_on_white_paper_where_it_is_transparent) {
    const PngSpec alpha{.width = 3, .height = 1, .type = 6, .rows = {9, 8, 7, 255, 9, 8, 7, 0, 0, 0, 0, 128}};
    const Bytes pixels = page_of(png_of(alpha)).pixels();
    ASSERT_EQ(pixels.size(), 9u);
    EXPECT_EQ(Bytes(pixels.begin(), pixels.begin() + 6), (Bytes{9, 8, 7, 255, 255, 255}));
    EXPECT_GT(pixels[6], 100);
    EXPECT_LT(pixels[6], 220);

    const PngSpec palette{.width = 3,
                          .height = 1,
                          .type = 3,
                          .rows = {0, 1, 2},
                          .palette = "abcdefghi",
                          .transparency = std::string("\xff\0", 2)};
    EXPECT_EQ(page_of(png_of(palette)).pixels(), (Bytes{'a', 'b', 'c', 255, 255, 255, 'g', 'h', 'i'}));
}

TEST(PhotoPng, that_is_cut_or_altered_is_refused) {
    PngSpec png{.width = 40, .height = 40};
    png.rows.assign(40 * 40 * 3, 77);
    const std::string whole = png_of(png);
    ASSERT_NO_THROW(pdf_of({whole}));
    constexpr std::size_t end_chunk = 12; // says nothing that matters
    for (std::size_t size = 0; size + end_chunk < whole.size(); size += 61)
        EXPECT_THROW(pdf_of({whole.substr(0, size)}), Unconvertible) << size;
    for (const std::size_t at : {std::size_t{20}, std::size_t{50}, whole.size() / 2}) {
        std::string altered = whole;
        altered[at] = static_cast<char>(altered[at] ^ 1);
        EXPECT_THROW(pdf_of({altered}), Unconvertible) << at;
    }
}

TEST(PhotoJpeg, goes_in_as_it_is) {
    const PdfPage page = page_of(small_jpeg());
    EXPECT_EQ(page.filter(), "DCTDecode");
    EXPECT_NE(page.dictionary.find("/DeviceRGB"), std::string::npos);
    EXPECT_EQ(page.data, small_jpeg());
    EXPECT_EQ(page.number("Width"), 16);
    EXPECT_EQ(page.number("Height"), 8);
    EXPECT_NEAR(page.width, 11.52, 0.001); // 100 × 50 per inch
    EXPECT_NEAR(page.height, 11.52, 0.001);
}

TEST(PhotoJpeg, leaves_behind_what_follows_its_end) {
    EXPECT_EQ(page_of(small_jpeg() + "and more").data, small_jpeg());
}

TEST(PhotoJpeg, that_is_cut_is_refused) {
    const std::string whole = small_jpeg();
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_THROW(pdf_of({whole.substr(0, size)}), Unconvertible) << size;
}

TEST(PhotoJpeg, of_kinds_that_pdf_does_not_know_is_refused) {
    const std::string whole = small_jpeg();
    const auto frame = whole.find("\xff\xc0");
    const auto altered = [&](std::size_t place, char value) {
        std::string jpeg = whole;
        jpeg[frame + place] = value;
        return jpeg;
    };
    EXPECT_NO_THROW(pdf_of({altered(1, '\xc2')}));             // progressive
    EXPECT_THROW(pdf_of({altered(1, '\xc3')}), Unconvertible); // lossless
    EXPECT_THROW(pdf_of({altered(1, '\xc9')}), Unconvertible); // arithmetic
    EXPECT_THROW(pdf_of({altered(4, 12)}), Unconvertible);     // bits
    EXPECT_THROW(pdf_of({altered(6, 0)}), Unconvertible);      // height comes later
    EXPECT_THROW(pdf_of({altered(9, 2)}), Unconvertible);      // components
    EXPECT_THROW(pdf_of({altered(5, '\x7f')}), Unconvertible); // 32,520 rows
}

/// With an application segment put in after the JFIF one.
std::string with_segment(char marker, const std::string& content) {
    std::string jpeg = small_jpeg();
    const std::string segment =
        std::string{'\xff', marker, '\0', static_cast<char>(content.size() + 2)} + content;
    return jpeg.insert(20, segment);
}

TEST(PhotoJpeg, is_turned_as_the_camera_was_held) {
    using namespace std::string_literals;
    const std::string little = "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"s;
    const std::string big = "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0\0\0\0\0"s;
    EXPECT_TRUE(page_of(with_segment('\xe1', little)).drawing.starts_with("q 0.000 -")) << "6";
    EXPECT_TRUE(page_of(with_segment('\xe1', big)).drawing.starts_with("q 0.000 11.520 -")) << "8";
    for (std::size_t size = 6; size + 8 < little.size(); ++size) // a cut note is no note
        EXPECT_TRUE(page_of(with_segment('\xe1', little.substr(0, size))).drawing.starts_with("q 11.520"))
            << size;
}

TEST(PhotoJpeg, of_four_inks_by_adobe_counts_backwards) {
    std::string jpeg = with_segment('\xee', std::string("Adobe\0\x64\0\0\0\0\0", 12));
    EXPECT_EQ(page_of(jpeg).dictionary.find("/Decode "), std::string::npos);
    jpeg[jpeg.find("\xff\xc0") + 9] = 4;
    const PdfPage page = page_of(jpeg);
    EXPECT_NE(page.dictionary.find("/DeviceCMYK"), std::string::npos);
    EXPECT_NE(page.dictionary.find("/Decode [1 0 1 0 1 0 1 0]"), std::string::npos);
}

TEST(Pictures, of_several_kinds_become_one_document_in_order) {
    const PngSpec png{.width = 2, .height = 1, .rows = {1, 2, 3, 4, 5, 6}};
    const auto pages = read_pdf(pdf_of({small_jpeg(), tiff_of({fax_sheet(), fax_sheet()}), png_of(png)}));
    ASSERT_EQ(pages.size(), 4u);
    EXPECT_EQ(pages[0].filter(), "DCTDecode");
    EXPECT_EQ(pages[1].filter(), "CCITTFaxDecode");
    EXPECT_EQ(pages[2].filter(), "CCITTFaxDecode");
    EXPECT_EQ(pages[3].filter(), "FlateDecode");
}

TEST(Pictures, become_the_same_bytes_each_time) {
    const std::vector<std::string> pictures = {small_jpeg(), tiff_of({fax_sheet(), photo_sheet(3)})};
    EXPECT_EQ(pdf_of(pictures), pdf_of(pictures));
}

} // namespace
} // namespace efaxd::pictures
