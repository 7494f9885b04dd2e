#include "efax/document_reader.hpp"

#include "efax/scripted_efax.hpp"

#include <gtest/gtest.h>

namespace efaxd::efax {

using namespace testing;

namespace {

/// Reads a reply given in pieces of one size.
struct Reading {
    explicit Reading(std::string type = "application/json", std::uint64_t most = 1u << 20) : most_(most) {
        head_.status = 200;
        head_.headers = {{"content-type", std::move(type)}};
    }

    std::string operator()(std::string_view body, std::size_t piece = SIZE_MAX) const {
        std::string bytes;
        const Fax fax = Bench::fax(1);
        const DocumentSink sink = [&](std::string_view some) { bytes += some; };
        DocumentReader reader(fax, sink, most_);
        for (std::size_t at = 0; at < body.size(); at += std::min(piece, body.size() - at))
            reader.feed(head_, body.substr(at, piece));
        reader.finish();
        return bytes;
    }

    std::string complaint(std::string_view body) const {
        return reason_from([&] { (*this)(body); });
    }

  private:
    std::uint64_t most_;
    http::Reply head_;
};

const std::string document = "%PDF-1.4\n\x01\x02\xff%%EOF\n";

std::string reply(const std::string& image, const std::string& id = fax_id(1)) {
    return R"({"fax_id":")" + id + R"(","file_name":"../x.pdf","image":")" + image + R"("})";
}

} // namespace

TEST(DocumentReader, decodes_the_image_in_pieces_of_any_size) {
    const std::string body = reply(base64(document));
    for (const std::size_t piece :
         {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, body.size()})
        EXPECT_EQ(Reading()(body, piece), document) << piece;
}

TEST(DocumentReader, accepts_line_breaks_within_base64) { // F12
    std::string image = base64(document);
    for (std::size_t at = 4; at < image.size(); at += 8)
        image.insert(at, "\\r\\n");
    EXPECT_EQ(Reading()(reply(image)), document);
}

TEST(DocumentReader, accepts_escaped_slashes_and_members_in_any_order) {
    EXPECT_EQ(Reading()(R"( {"extra":{"image":"x"}, "image" : "\/w==", "fax_id":")" + fax_id(1) + "\"}"),
              "\xff");
}

TEST(DocumentReader, accepts_the_id_in_another_case_or_not_at_all) {
    EXPECT_EQ(Reading()(reply(base64(document), "0B6F7C1E-5A52-4F0E-9A61-000000000001")), document);
    EXPECT_EQ(Reading()(R"({"image":")" + base64(document) + "\"}"), document);
    EXPECT_EQ(Reading()(R"({"fax_id":null,"errors":null,"image":")" + base64(document) + "\"}"), document);
}

TEST(DocumentReader, judges_json_by_its_text_when_the_type_says_otherwise) {
    const std::string body = reply(base64(document));
    for (const std::string type : {"", "text/plain", "application/octet-stream", "application/pdf"})
        EXPECT_EQ(Reading(type)(body), document) << type;
}

TEST(DocumentReader, accepts_a_bare_document) {
    EXPECT_EQ(Reading("application/pdf")(document, 5), document);
    EXPECT_EQ(Reading("Application/PDF; x=y")(document), document);
    const std::string tiff("II*\0abcd", 8);
    EXPECT_EQ(Reading("image/tiff")(tiff), tiff);
}

TEST(DocumentReader, refuses_what_only_claims_to_be_a_bare_document) {
    EXPECT_EQ(Reading("application/pdf").complaint("<html>busy</html>"), "efax.bad_document");
    EXPECT_EQ(Reading("text/html").complaint(document), "efax.bad_document");
}

TEST(DocumentReader, refuses_another_faxs_document) { // F12
    EXPECT_EQ(Reading().complaint(reply(base64(document), fax_id(2))), "efax.bad_document");
    EXPECT_EQ(Reading().complaint(R"({"fax_id":7,"image":"AAAA"})"), "efax.bad_document");
}

TEST(DocumentReader, refuses_replies_that_are_not_whole_or_not_sound) { // F11, F12, F13
    const std::string whole = reply(base64(document));
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_EQ(Reading().complaint(std::string_view(whole).substr(0, size)), "efax.bad_document") << size;
    for (const std::string& body :
         {std::string("<html></html>"), std::string("{}"), std::string("[]"), std::string("null"),
          whole + "x", reply(""), reply("   "), reply("AAA"), reply("AAAA="), reply("A*AA"), reply("<html>"),
          reply("AA==AA=="), std::string(R"({"image":null})"), std::string(R"({"image":7})"),
          std::string(R"({"image":["AAAA"]})"), std::string(R"({"image":"AAAA","image":"AAAA"})"),
          std::string(R"({"errors":[{"error_code":"102"}]})"),
          std::string(R"({"errors":[{"error_code":"102"}],"image":"AAAA"})"),
          std::string(R"({"errors":{"error_code":"102"},"image":"AAAA"})")}) {
        const auto fault = fault_from([&] { Reading()(body); });
        ASSERT_TRUE(fault) << body;
        EXPECT_EQ(fault->reason, "efax.bad_document") << body;
        EXPECT_EQ(fault->kind, Fault::Kind::passing) << body;
    }
}

TEST(DocumentReader, holds_documents_over_the_limit) {
    const Reading reading("application/json", 8);
    EXPECT_EQ(reading(reply(base64("12345678"))), "12345678");
    const auto fault = fault_from([&] { reading(reply(base64("123456789"))); });
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "efax.too_large");
    EXPECT_EQ(fault->kind, Fault::Kind::lasting);
    EXPECT_EQ(reason_from([&] { reading(reply(base64("123456789")), 4); }), "efax.too_large");
    EXPECT_EQ(Reading("application/pdf", 8).complaint(document), "efax.too_large");
}

TEST(DocumentReader, lets_the_sinks_exceptions_through) {
    const Fax fax = Bench::fax(1);
    http::Reply head;
    const DocumentSink full = [](std::string_view) { throw GroundFault("disk"); };
    DocumentReader reader(fax, full, 1u << 20);
    EXPECT_THROW(reader.feed(head, reply("AAAA")), GroundFault);
}

} // namespace efaxd::efax
