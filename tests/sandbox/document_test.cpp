#include "sandbox/document.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/base64.hpp"
#include "efaxd/core/document.hpp"

#include "sandbox/pictures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <stdexcept>

namespace efaxd::sandbox {
namespace {

std::string pdf(std::uint64_t size, int pages = 1, std::uint64_t seed = 1) {
    return FaxDocument({"Sandbox fax 17", pages, size, seed}, DocumentKind::pdf).bytes();
}

std::string drain(const HttpResponse::Stream& stream, std::size_t step) {
    std::string all;
    std::string piece(step, '\0');
    while (const std::size_t got = stream.read(piece.data(), piece.size()))
        all.append(piece, 0, got);
    return all;
}

std::string without(std::string text, std::string_view part) {
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at))
        text.erase(at, part.size());
    return text;
}

std::uint32_t little(const std::string& bytes, std::size_t at, int count) {
    std::uint32_t value = 0;
    for (int i = count - 1; i >= 0; --i)
        value = value << 8 | static_cast<unsigned char>(bytes.at(at + static_cast<std::size_t>(i)));
    return value;
}

TEST(Document, pdf_has_exactly_the_size_wanted) {
    for (const std::uint64_t size : {1'000u, 1'001u, 20'000u, 29'999u, 100'000u, 1'234'567u})
        EXPECT_EQ(pdf(size).size(), size);
}

TEST(Document, pdf_is_never_smaller_than_its_pages_need) {
    EXPECT_GT(pdf(0).size(), 500u);
    EXPECT_GT(pdf(0, 50).size(), pdf(0).size());
}

TEST(Document, pdf_begins_and_ends_as_it_must) {
    const std::string bytes = pdf(20'000, 3);
    EXPECT_TRUE(bytes.starts_with("%PDF-"));
    EXPECT_TRUE(bytes.ends_with("%%EOF\n"));
    EXPECT_NE(bytes.find("(Sandbox fax 17, page 3)"), std::string::npos);
    DocumentInspector inspector;
    inspector.feed(bytes);
    EXPECT_EQ(inspector.complaint(), "");
}

TEST(Document, every_entry_of_the_pdf_table_points_at_its_object) {
    for (const int pages : {1, 2, 40}) {
        const std::string bytes = pdf(60'000, pages);
        const auto start = bytes.rfind("startxref\n") + 10;
        const std::size_t table = std::stoull(bytes.substr(start, 10));
        ASSERT_EQ(bytes.substr(table, 7), "xref\n0 ");
        const int objects = std::stoi(bytes.substr(table + 7));
        EXPECT_EQ(objects, 5 + 2 * pages);
        std::size_t entry = bytes.find('\n', table + 5) + 1;
        for (int object = 1; object < objects; ++object) {
            entry += 20;
            const std::size_t offset = std::stoull(bytes.substr(entry, 10));
            const std::string begins = std::to_string(object) + " 0 obj\n";
            EXPECT_EQ(bytes.substr(offset, begins.size()), begins);
        }
    }
}

TEST(Document, pdf_stream_lengths_are_true) {
    const std::string bytes = pdf(40'000);
    const auto length = bytes.find("/Length 00");
    ASSERT_NE(length, std::string::npos);
    const auto stream = bytes.find("stream\n", length) + 7;
    EXPECT_EQ(bytes.substr(stream + std::stoull(bytes.substr(length + 8, 10)), 11), "\nendstream\n");
}

TEST(Document, same_plan_gives_the_same_bytes_and_another_seed_others) {
    EXPECT_EQ(pdf(20'000), pdf(20'000));
    EXPECT_NE(pdf(20'000, 1, 1), pdf(20'000, 1, 2));
}

TEST(Document, can_be_read_from_anywhere) {
    const FaxDocument document({"x", 2, 100'000, 3}, DocumentKind::pdf);
    const std::string all = document.bytes();
    for (const std::size_t offset : {0u, 1u, 700u, 29'184u, 29'999u, 99'990u, 100'000u}) {
        std::string piece(5'000, '\0');
        piece.resize(document.read(offset, piece.data(), piece.size()));
        EXPECT_EQ(piece, all.substr(offset, 5'000));
    }
    EXPECT_EQ(document.sha256(), crypto::sha256_hex(all));
}

struct Directory {
    std::map<std::uint32_t, std::uint32_t> tags; ///< each with one value
    std::size_t at = 0;
};

std::vector<Directory> directories_of(const std::string& tiff) {
    std::vector<Directory> all;
    for (std::uint32_t at = little(tiff, 4, 4); at != 0 && all.size() < 1000;) {
        Directory directory{{}, at};
        const std::uint32_t entries = little(tiff, at, 2);
        for (std::uint32_t i = 0; i < entries; ++i) {
            const std::size_t entry = at + 2 + 12 * i;
            EXPECT_EQ(little(tiff, entry + 4, 4), 1u);
            const bool is_short = little(tiff, entry + 2, 2) == 3;
            directory.tags[little(tiff, entry, 2)] = little(tiff, entry + 8, is_short ? 2 : 4);
        }
        all.push_back(directory);
        at = little(tiff, at + 2 + 12 * entries, 4);
    }
    return all;
}

/// Rows of a strip whose rows are all white or all black (T.6); true: black.
std::vector<bool> rows_of(std::string_view strip) {
    std::string bits;
    for (const char c : strip)
        for (int bit = 7; bit >= 0; --bit)
            bits += (static_cast<unsigned char>(c) >> bit & 1) != 0 ? '1' : '0';
    const std::string to_black = "001"
                                 "00110101"
                                 "0000001100101"
                                 "0000110111";
    const std::string to_white = "001"
                                 "010011011"
                                 "00110101"
                                 "0000110111";
    const std::string end = "000000000001000000000001";
    std::vector<bool> rows;
    bool black = false;
    for (std::string_view rest = bits; !rest.starts_with(end);) {
        const std::string same = black ? "11" : "1";
        const std::string other = black ? to_white : to_black;
        const bool stays = rest.starts_with(same);
        if (!stays && !rest.starts_with(other))
            throw std::runtime_error("no T.6 that we know");
        rest.remove_prefix(stays ? same.size() : other.size());
        black = stays == black;
        rows.push_back(black);
    }
    return rows;
}

int bars_of(const std::vector<bool>& rows) {
    int bars = 0;
    for (std::size_t i = 0; i < rows.size(); ++i)
        bars += rows[i] && (i == 0 || !rows[i - 1]) ? 1 : 0;
    return bars;
}

TEST(Document, tiff_has_one_whole_page_in_each_directory) {
    const std::string bytes = FaxDocument({"x", 3, 5'000, 1}, DocumentKind::tiff).bytes();
    EXPECT_EQ(bytes.size(), 5'000u);
    EXPECT_EQ(bytes.substr(0, 4), std::string("II*\0", 4));
    const auto directories = directories_of(bytes);
    ASSERT_EQ(directories.size(), 3u);
    EXPECT_EQ(count_tiff_pages(bytes), 3);
    int page = 0;
    for (auto directory : directories) {
        auto& tags = directory.tags;
        EXPECT_EQ(directory.at % 2, 0u);
        EXPECT_EQ(tags[256], 1728u);
        EXPECT_EQ(tags[258], 1u) << "bilevel";
        EXPECT_EQ(tags[259], 4u) << "Group 4";
        EXPECT_EQ(tags[278], tags[257]) << "one strip";
        ASSERT_LE(tags[273] + tags[279], bytes.size());
        EXPECT_EQ(little(bytes, tags[282], 4), 204u);
        EXPECT_EQ(little(bytes, tags[283], 4), 196u);
        const auto rows = rows_of(std::string_view{bytes}.substr(tags[273], tags[279]));
        EXPECT_EQ(rows.size(), tags[257]);
        EXPECT_EQ(bars_of(rows), ++page);
    }
}

TEST(Document, a_single_page_of_a_tiff_is_a_whole_one) {
    const std::string bytes = FaxDocument({"x", 1, 0, 1, 7}, DocumentKind::tiff).bytes();
    auto directories = directories_of(bytes);
    ASSERT_EQ(directories.size(), 1u);
    auto& tags = directories[0].tags;
    EXPECT_EQ(bars_of(rows_of(std::string_view{bytes}.substr(tags[273], tags[279]))), 7);
}

TEST(Document, pictures_begin_and_end_as_they_must) {
    const std::string jpeg = FaxDocument({"x", 1, 0, 1}, DocumentKind::jpeg).bytes();
    EXPECT_TRUE(jpeg.starts_with("\xff\xd8\xff\xe0"));
    EXPECT_TRUE(jpeg.ends_with("\xff\xd9"));
    const std::string png = FaxDocument({"x", 1, 0, 1}, DocumentKind::png).bytes();
    EXPECT_TRUE(png.starts_with("\x89PNG\r\n\x1a\n"));
    EXPECT_TRUE(png.ends_with("IEND\xae\x42\x60\x82")) << "its check sum is known";
    EXPECT_NE(jpeg, FaxDocument({"y", 1, 0, 1}, DocumentKind::jpeg).bytes());
}

TEST(Document, is_streamed_as_base64_of_the_announced_size) {
    for (const bool breaks : {false, true})
        for (const std::uint64_t size : {700u, 701u, 702u, 29'184u, 29'185u, 200'000u}) {
            const auto document =
                std::make_shared<FaxDocument>(DocumentPlan{"x", 1, size, 1}, DocumentKind::pdf);
            const auto stream = base64_stream(document, "<", ">", breaks);
            const std::string text = drain(stream, 1'000);
            EXPECT_EQ(text.size(), stream.size);
            EXPECT_EQ(text.find("\\r\\n") != std::string::npos, breaks);
            EXPECT_EQ(without(text, "\\r\\n"), "<" + base64(document->bytes()) + ">");
        }
}

} // namespace
} // namespace efaxd::sandbox
