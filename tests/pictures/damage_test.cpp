// A page is whole or not delivered.
#include "pictures/converted.hpp"
#include "pictures/samples.hpp"

#include <gtest/gtest.h>
#include <tiffio.h>

#include <algorithm>

namespace efaxd::pictures {
namespace {

std::string fax_file(int compression, std::uint32_t height = 300) {
    Sheet sheet = fax_sheet(1728, height);
    sheet.compression = compression;
    return tiff_of({sheet});
}

/// Says of a file's only strip that it is shorter, as a program does that was cut off while it wrote.
std::string with_strip_cut_to(std::string file, double part) {
    constexpr std::uint16_t counts = TIFFTAG_STRIPBYTECOUNTS;
    const auto tag = file.find(std::string{static_cast<char>(counts & 0xff), static_cast<char>(counts >> 8)},
                               file.size() - 300);
    std::uint32_t count = 0;
    const bool small = file[tag + 2] == 3; // a number of two bytes
    std::copy_n(file.begin() + static_cast<std::ptrdiff_t>(tag) + 8, small ? 2 : 4,
                reinterpret_cast<char*>(&count));
    count = static_cast<std::uint32_t>(count * part);
    std::copy_n(reinterpret_cast<char*>(&count), 4, file.begin() + static_cast<std::ptrdiff_t>(tag) + 8);
    return file;
}

TEST(Damage, of_a_cut_strip_is_noticed_in_every_compression) {
    for (const int compression : {COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4,
                                  COMPRESSION_LZW, COMPRESSION_PACKBITS, COMPRESSION_ADOBE_DEFLATE})
        for (const double part : {0.9, 0.5, 0.1}) {
            const std::string file = with_strip_cut_to(fax_file(compression), part);
            EXPECT_THROW(pdf_of({file}), Unconvertible) << compression << " " << part;
        }
}

TEST(Damage, of_a_cut_strip_is_noticed_in_photographs) {
    for (const int compression :
         {COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_JPEG, COMPRESSION_PACKBITS}) {
        Sheet sheet = photo_sheet(3);
        sheet.compression = compression;
        EXPECT_NO_THROW(pdf_of({tiff_of({sheet})})) << compression;
        EXPECT_THROW(pdf_of({with_strip_cut_to(tiff_of({sheet}), 0.5)}), Unconvertible) << compression;
    }
}

TEST(Damage, of_a_group_4_page_that_ends_before_its_rows_do_is_noticed) {
    // The end mark of Group 4 comes properly, but after fewer rows than the directory promises.
    std::string file = fax_file(COMPRESSION_CCITTFAX4, 100);
    const auto tag = file.find(std::string("\x01\x01\x03\x00\x01\x00\x00\x00\x64\x00", 10));
    ASSERT_NE(tag, file.npos);
    file[tag + 8] = 120; // ImageLength
    EXPECT_THROW(pdf_of({file}), Unconvertible);
}

TEST(Damage, of_a_file_cut_anywhere_is_noticed) {
    const std::string file = fax_file(COMPRESSION_CCITTFAX4, 40);
    for (std::size_t size = 0; size < file.size(); size += size < 64 || size + 200 > file.size() ? 1 : 37)
        EXPECT_THROW(pdf_of({file.substr(0, size)}), Unconvertible) << size;
}

TEST(Damage, to_any_byte_of_a_file_ends_well_or_is_refused) {
    for (const std::string& whole :
         {fax_file(COMPRESSION_CCITTFAX4, 20), fax_file(COMPRESSION_CCITTFAX3, 20), small_jpeg()})
        for (std::size_t at = 0; at<whole.size(); at += whole.size()> 2000 ? 7 : 1) {
            std::string file = whole;
            file[at] = static_cast<char>(file[at] ^ 0x55);
            try {
                pdf_of({file});
            } catch (const Unconvertible&) {
            }
        }
}

TEST(Damage, to_the_second_directory_spoils_the_file) {
    std::string file = tiff_of({fax_sheet(64, 8), fax_sheet(64, 8)});
    EXPECT_EQ(pages_of(file).size(), 2u);
    file.resize(file.size() - 20);
    EXPECT_THROW(pdf_of({file}), Unconvertible);
}

TEST(Damage, of_directories_in_a_circle_is_noticed) {
    std::string file = tiff_of({fax_sheet(64, 8)});
    // The link to the next directory follows the entries of the first.
    std::uint32_t directory = 0;
    std::copy_n(file.begin() + 4, 4, reinterpret_cast<char*>(&directory));
    const std::size_t entries = static_cast<unsigned char>(file[directory]);
    std::copy_n(reinterpret_cast<char*>(&directory), 4,
                file.begin() + static_cast<std::ptrdiff_t>(directory + 2 + entries * 12));
    EXPECT_THROW(pdf_of({file}), Unconvertible);
}

TEST(Damage, of_what_is_no_picture_is_noticed) {
    using namespace std::string_literals;
    for (const std::string& bytes :
         {""s, "I"s, "II*\0"s, "GIF89a"s, "%PDF-1.4\n"s, "\xff\xd8\xff"s, "\x89PNG\r\n\x1a\n"s,
          std::string(100'000, '\0'), std::string(4096, '\xff')})
        EXPECT_THROW(pdf_of({bytes}), Unconvertible) << bytes.substr(0, 8);
    EXPECT_THROW(pdf_of({}), Unconvertible);
}

TEST(Limits, hold_for_the_sides_the_area_and_the_pages) {
    EXPECT_NO_THROW(check_size(20'000, 5'000));
    EXPECT_THROW(check_size(20'001, 1), Unconvertible);
    EXPECT_THROW(check_size(1, 20'001), Unconvertible);
    EXPECT_THROW(check_size(10'001, 10'000), Unconvertible);
    EXPECT_THROW(check_size(0, 1), Unconvertible);
    EXPECT_THROW(check_size(0xffffffff, 0xffffffff), Unconvertible);

    std::vector<Sheet> sheets(1000, fax_sheet(8, 1));
    const std::string most = tiff_of(sheets);
    EXPECT_EQ(pages_of(most).size(), 1000u);
    EXPECT_THROW(pdf_of({most, small_jpeg()}), Unconvertible);
}

TEST(Limits, are_seen_before_memory_is_taken) {
    PngSpec png;
    png.width = 20'001;
    png.height = 1;
    png.rows.resize(3);
    EXPECT_THROW(pdf_of({png_of(png)}), Unconvertible);
    png.width = 20'000;
    png.height = 20'000;
    png.rows.resize(20'000);
    EXPECT_THROW(pdf_of({png_of(png)}), Unconvertible);
}

} // namespace
} // namespace efaxd::pictures
