#include "sandbox/document.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/base64.hpp"
#include "efaxd/core/document.hpp"

#include <gtest/gtest.h>

#include <algorithm>

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

TEST(Document, tiff_has_one_directory_for_each_page) {
    const std::string bytes = FaxDocument({"x", 3, 5'000, 1}, DocumentKind::tiff).bytes();
    EXPECT_EQ(bytes.size(), 5'000u);
    EXPECT_EQ(bytes.substr(0, 4), std::string("II*\0", 4));
    int directories = 0;
    for (std::uint32_t at = little(bytes, 4, 4); at != 0; ++directories) {
        ASSERT_LT(directories, 3);
        const std::uint32_t entries = little(bytes, at, 2);
        for (std::uint32_t i = 0; i < entries; ++i) {
            const bool strip = little(bytes, at + 2 + 12 * i, 2) == 273;
            EXPECT_TRUE(!strip || little(bytes, at + 2 + 12 * i + 8, 4) + 216 <= bytes.size());
        }
        at = little(bytes, at + 2 + 12 * entries, 4);
    }
    EXPECT_EQ(directories, 3);
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
