#include "efaxd/core/document.hpp"

#include <gtest/gtest.h>

namespace efaxd {
namespace {

using namespace std::string_literals;

DocumentInspector inspected(std::string_view bytes, std::size_t piece) {
    DocumentInspector inspector;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        inspector.feed(bytes.substr(at, piece));
    return inspector;
}

/// In one piece and in pieces of every awkward size, the verdict is the same.
void expect_verdict(const std::string& bytes, MediaType type, std::string_view complaint) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{1023}, std::size_t{1024},
                                    std::size_t{1025}, bytes.size() + 1}) {
        const DocumentInspector inspector = inspected(bytes, piece);
        EXPECT_EQ(inspector.size(), bytes.size()) << piece;
        EXPECT_EQ(inspector.type(), type) << piece;
        EXPECT_EQ(inspector.complaint(), complaint) << piece;
    }
}

TEST(DocumentInspector, keeps_a_whole_pdf) {
    expect_verdict("%PDF-1.4\nbody\n%%EOF\n", MediaType::pdf, "");
    expect_verdict("%PDF-1.4\n" + std::string(5000, 'x') + "%%EOF", MediaType::pdf, "");
}

TEST(DocumentInspector, finds_the_pdf_mark_within_the_first_kib_only) {
    expect_verdict(std::string(1019, ' ') + "%PDF-1.4 %%EOF", MediaType::pdf, "");
    expect_verdict(std::string(1020, ' ') + "%PDF-1.4 %%EOF", MediaType::unknown, "document.unknown_type");
}

TEST(DocumentInspector, finds_the_end_mark_within_the_last_kib_only) {
    expect_verdict("%PDF-1.4 " + std::string(3000, 'x') + "%%EOF" + std::string(1019, '\n'), MediaType::pdf,
                   "");
    expect_verdict("%PDF-1.4 " + std::string(3000, 'x') + "%%EOF" + std::string(1020, '\n'), MediaType::pdf,
                   "document.cut_short");
}

TEST(DocumentInspector, knows_both_byte_orders_of_tiff) {
    expect_verdict("II*\0rest"s, MediaType::tiff, "");
    expect_verdict("MM\0*rest"s, MediaType::tiff, "");
    expect_verdict("II*"s, MediaType::unknown, "document.unknown_type");
    expect_verdict(" II*\0"s, MediaType::unknown, "document.unknown_type");
}

TEST(DocumentInspector, complains_of_an_empty_document) {
    const DocumentInspector inspector;
    EXPECT_EQ(inspector.type(), MediaType::unknown);
    EXPECT_EQ(inspector.complaint(), "document.empty");
}

TEST(DocumentInspector, complains_of_a_page_of_html) {
    expect_verdict("<html><body>Bad gateway</body></html>", MediaType::unknown, "document.unknown_type");
}

TEST(DocumentInspector, complains_of_every_cut_of_a_pdf) {
    const std::string whole = "%PDF-1.4\nbody\n%%EOF";
    for (std::size_t length = 1; length < whole.size(); ++length)
        EXPECT_NE(inspected(whole.substr(0, length), whole.size()).complaint(), "") << length;
}

TEST(MediaType, names_read_back) {
    EXPECT_EQ(media_type("application/pdf"), MediaType::pdf);
    EXPECT_EQ(media_type("image/tiff"), MediaType::tiff);
    EXPECT_EQ(media_type("application/octet-stream"), MediaType::unknown);
    EXPECT_EQ(media_type(""), MediaType::unknown);
    EXPECT_EQ(name_of(MediaType::pdf), "application/pdf");
    EXPECT_EQ(name_of(MediaType::tiff), "image/tiff");
    EXPECT_EQ(name_of(MediaType::unknown), "application/octet-stream");
}

TEST(MediaType, has_a_file_extension) {
    EXPECT_EQ(extension_of(MediaType::pdf), "pdf");
    EXPECT_EQ(extension_of(MediaType::tiff), "tiff");
    EXPECT_EQ(extension_of(MediaType::unknown), "bin");
}

} // namespace
} // namespace efaxd
