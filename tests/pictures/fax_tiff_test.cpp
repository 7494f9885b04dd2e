// The pages that faxes are made of: one bit a pixel.
#include "pictures/converted.hpp"
#include "pictures/samples.hpp"

#include <gtest/gtest.h>
#include <tiffio.h>

namespace efaxd::pictures {
namespace {

void expect_same_pixels(const Sheet& sheet, const std::string& what) {
    SCOPED_TRACE(what);
    const PdfPage page = page_of(tiff_of({sheet}));
    EXPECT_EQ(page.filter(), "CCITTFaxDecode");
    EXPECT_EQ(page.number("K"), -1);
    EXPECT_EQ(page.number("BitsPerComponent"), 1);
    EXPECT_TRUE(page.pixels() == sheet.pixels);
}

TEST(FaxTiff, of_every_compression_keeps_every_pixel) {
    for (const int compression :
         {COMPRESSION_NONE, COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4,
          COMPRESSION_LZW, COMPRESSION_PACKBITS, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_DEFLATE}) {
        Sheet sheet = fax_sheet();
        sheet.compression = compression;
        expect_same_pixels(sheet, std::to_string(compression));
    }
}

TEST(FaxTiff, of_group_3_may_be_coded_in_one_or_two_dimensions) {
    for (const int options :
         {0, GROUP3OPT_2DENCODING, GROUP3OPT_FILLBITS, GROUP3OPT_2DENCODING | GROUP3OPT_FILLBITS}) {
        Sheet sheet = fax_sheet();
        sheet.compression = COMPRESSION_CCITTFAX3;
        sheet.group3 = options;
        expect_same_pixels(sheet, std::to_string(options));
    }
}

TEST(FaxTiff, may_count_black_up_or_down_and_bits_from_either_end) {
    for (const int photometric : {PHOTOMETRIC_MINISWHITE, PHOTOMETRIC_MINISBLACK})
        for (const int order : {FILLORDER_MSB2LSB, FILLORDER_LSB2MSB})
            for (const int compression : {COMPRESSION_NONE, COMPRESSION_CCITTFAX4, COMPRESSION_LZW}) {
                Sheet sheet = fax_sheet(1725, 50); // not a whole number of bytes
                sheet.photometric = photometric;
                sheet.fill_order = order;
                sheet.compression = compression;
                expect_same_pixels(sheet, std::to_string(photometric) + std::to_string(order) +
                                              std::to_string(compression));
            }
}

TEST(FaxTiff, may_be_cut_in_strips_or_laid_in_tiles) {
    Sheet strips = fax_sheet();
    strips.compression = COMPRESSION_CCITTFAX4;
    strips.rows_per_strip = 7; // the last one is shorter
    expect_same_pixels(strips, "strips");

    Sheet tiles = fax_sheet();
    tiles.compression = COMPRESSION_CCITTFAX4;
    tiles.tiled = true;
    expect_same_pixels(tiles, "tiles");
}

TEST(FaxTiff, of_standard_resolution_comes_out_in_its_true_shape) {
    Sheet sheet = fax_sheet(1728, 1078);
    sheet.x_density = 204;
    sheet.y_density = 98;
    const PdfPage page = page_of(tiff_of({sheet}));
    EXPECT_NEAR(page.width, 609.882, 0.001);
    EXPECT_NEAR(page.height, 792, 0.001);
    EXPECT_EQ(page.drawing, "q 609.882 0.000 0.000 792.000 0.000 0.000 cm /I Do Q");
}

TEST(FaxTiff, may_tell_its_density_in_centimetres) {
    Sheet sheet = fax_sheet(1728, 770);
    sheet.unit = RESUNIT_CENTIMETER;
    sheet.x_density = 80;
    sheet.y_density = 77;
    const PdfPage page = page_of(tiff_of({sheet}));
    EXPECT_NEAR(page.width, 21.6 / 2.54 * 72, 0.01);
    EXPECT_NEAR(page.height, 10 / 2.54 * 72, 0.01);
}

TEST(FaxTiff, without_a_density_is_as_wide_as_letter_paper) {
    Sheet sheet = fax_sheet(1000, 500);
    sheet.unit = 0;
    const PdfPage page = page_of(tiff_of({sheet}));
    EXPECT_NEAR(page.width, 612, 0.001);
    EXPECT_NEAR(page.height, 306, 0.001);
}

TEST(FaxTiff, with_only_a_ratio_keeps_it) {
    Sheet sheet = fax_sheet(1000, 500);
    sheet.unit = RESUNIT_NONE;
    sheet.x_density = 2;
    sheet.y_density = 1;
    EXPECT_NEAR(page_of(tiff_of({sheet})).height, 612, 0.001);
}

TEST(FaxTiff, with_a_density_that_makes_no_page_is_as_wide_as_letter_paper) {
    for (const double density : {0.001, 1e9, 0.0}) {
        Sheet sheet = fax_sheet(1000, 500);
        sheet.x_density = sheet.y_density = density;
        EXPECT_NEAR(page_of(tiff_of({sheet})).width, 612, 0.001) << density;
    }
}

TEST(FaxTiff, of_hundred_directories_has_a_page_for_each_in_order) {
    std::vector<Sheet> sheets;
    for (std::uint32_t page = 0; page < 100; ++page) {
        sheets.push_back(fax_sheet(64 + page, 16));
        sheets.back().compression = COMPRESSION_CCITTFAX4;
    }
    const auto pages = pages_of(tiff_of(sheets));
    ASSERT_EQ(pages.size(), 100u);
    for (std::size_t page = 0; page < pages.size(); ++page)
        EXPECT_EQ(pages[page].pixels(), sheets[page].pixels) << page;
}

TEST(FaxTiff, lying_on_its_side_or_its_head_is_turned) {
    const auto drawing = [](int orientation) {
        Sheet sheet = fax_sheet(200, 100);
        sheet.x_density = sheet.y_density = 100;
        sheet.orientation = orientation;
        const PdfPage page = page_of(tiff_of({sheet}));
        EXPECT_TRUE(page.pixels() == sheet.pixels) << orientation;
        EXPECT_EQ(page.width, orientation < 5 ? 144 : 72) << orientation;
        EXPECT_EQ(page.height, orientation < 5 ? 72 : 144) << orientation;
        return page.drawing;
    };
    EXPECT_EQ(drawing(1), "q 144.000 0.000 0.000 72.000 0.000 0.000 cm /I Do Q");
    EXPECT_EQ(drawing(2), "q -144.000 0.000 0.000 72.000 144.000 0.000 cm /I Do Q");
    EXPECT_EQ(drawing(3), "q -144.000 0.000 0.000 -72.000 144.000 72.000 cm /I Do Q");
    EXPECT_EQ(drawing(4), "q 144.000 0.000 0.000 -72.000 0.000 72.000 cm /I Do Q");
    EXPECT_EQ(drawing(5), "q 0.000 -144.000 -72.000 0.000 72.000 144.000 cm /I Do Q");
    EXPECT_EQ(drawing(6), "q 0.000 -144.000 72.000 0.000 0.000 144.000 cm /I Do Q");
    EXPECT_EQ(drawing(7), "q 0.000 144.000 72.000 0.000 0.000 0.000 cm /I Do Q");
    EXPECT_EQ(drawing(8), "q 0.000 144.000 -72.000 0.000 72.000 0.000 cm /I Do Q");
}

} // namespace
} // namespace efaxd::pictures
