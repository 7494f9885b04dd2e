#include "efax/submission.hpp"

#include "efax/fake_document.hpp"
#include "efax/scripted_efax.hpp"
#include "efaxd/core/base64.hpp"
#include "json/value.hpp"

#include <gtest/gtest.h>

#include <array>

namespace efaxd::efax {

using namespace testing;

namespace {

/// Reads it to its end, so many bytes at a time.
std::string all_of(SubmissionBody& body, std::size_t most = 1000) {
    std::string text;
    std::string buffer(most, '\0');
    while (const std::size_t count = body.read(buffer.data(), most))
        text.append(buffer, 0, count);
    return text;
}

std::string decoded(std::string_view text) {
    std::string bytes;
    Base64Decoder decoder;
    decoder.feed(text, bytes);
    decoder.finish();
    return bytes;
}

constexpr std::string_view ours = "+13035550123";

Submitted read_by_us(const std::string& body) { return read_submitted(body, ours); }

std::string entry(const std::string& number, int id = 1) {
    return R"({"fax_id":")" + fax_id(id) + R"(","destination_fax_number":")" + number + R"("})";
}

} // namespace

TEST(Submission, says_what_efax_wants_to_know) {
    FakeDocument document(3);
    SubmissionBody body(submission_of({&document}));
    EXPECT_EQ(all_of(body), R"({"destinations":[{"to_name":"Front desk","fax_number":"13035550123"}],)"
                            R"("fax_options":{"image_resolution":"FINE","include_cover_page":false},)"
                            R"("client_data":{"client_reference_id":"clinic-abc-0"},)"
                            R"("documents":[{"document_type":"PDF","document_content":")" +
                                base64(document.bytes()) + R"("}]})");
}

TEST(Submission, gives_the_texts_of_the_cover_page_only_with_one) {
    FakeDocument document(3);
    Submission submission = submission_of({&document});
    submission.cover_page = true;
    submission.to_name.clear();
    submission.subject.clear();
    SubmissionBody body(submission);
    const std::string text = all_of(body);
    const json::Document read = json::Document::parse(text);
    const json::Value options = read.root()["fax_options"];
    EXPECT_EQ(options["include_cover_page"].boolean(), true);
    EXPECT_EQ(options["cover_page_options"].raw(),
              R"({"from_name":"Dr Example","message":"2 pages \"follow\""})");
    EXPECT_EQ(read.root()["destinations"].at(0).raw(), R"({"fax_number":"13035550123"})");
}

TEST(Submission, dials_north_america_without_a_plus_and_others_with_it) {
    EXPECT_EQ(dialled("+13035550123"), "13035550123");
    EXPECT_EQ(dialled("+442079460000"), "+442079460000");
}

TEST(Submission, is_as_long_as_it_says_for_documents_of_any_size) {
    for (const std::size_t size : {0u, 1u, 2u, 3u, 49151u, 49152u, 49153u, 200'000u}) {
        FakeDocument first(size);
        FakeDocument second(size / 2);
        SubmissionBody body(submission_of({&first, &second}));
        for (const std::size_t most : {7u, 65536u}) {
            body.begin();
            EXPECT_FALSE(body.begun());
            const std::string text = all_of(body, most);
            ASSERT_EQ(text.size(), body.size()) << size;
            EXPECT_TRUE(body.whole());
            const json::Document read = json::Document::parse(text);
            const json::Value documents = read.root()["documents"];
            ASSERT_EQ(documents.size(), 2u);
            EXPECT_EQ(decoded(documents.at(0)["document_content"].text_or({})), first.bytes());
            EXPECT_EQ(decoded(documents.at(1)["document_content"].text_or({})), second.bytes());
        }
    }
}

TEST(Submission, reads_a_large_document_in_small_pieces) {
    FakeDocument document(7'000'000);
    SubmissionBody body(submission_of({&document}));
    std::array<char, 65536> buffer{};
    std::uint64_t size = 0;
    while (const std::size_t count = body.read(buffer.data(), buffer.size())) {
        EXPECT_EQ(body.whole(), size + count == body.size());
        size += count;
    }
    EXPECT_EQ(size, body.size());
    EXPECT_LE(document.largest_read, 65536u);
}

TEST(Submission, begins_anew_from_the_middle) {
    FakeDocument document(100'000);
    SubmissionBody body(submission_of({&document}));
    const std::string once = all_of(body);
    body.begin();
    std::array<char, 65536> buffer{};
    body.read(buffer.data(), buffer.size());
    body.read(buffer.data(), buffer.size());
    EXPECT_TRUE(body.begun());
    EXPECT_FALSE(body.whole());
    body.begin();
    EXPECT_EQ(all_of(body), once);
}

TEST(Submission, never_ends_where_a_document_is_shorter_than_recorded) {
    FakeDocument document(100'000);
    document.ends_at = 60'000;
    SubmissionBody body(submission_of({&document}));
    const auto fault = fault_from([&] { all_of(body); });
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "spool.unreadable");
    EXPECT_EQ(fault->kind, Fault::Kind::passing);
    EXPECT_FALSE(body.whole());
}

TEST(Submission, refuses_none_and_too_many_documents) {
    FakeDocument document(3);
    EXPECT_NO_THROW(SubmissionBody(submission_of(std::vector<SpoolReader*>(25, &document))));
    for (const std::size_t count : {0u, 26u}) {
        const auto fault = fault_from(
            [&] { SubmissionBody body(submission_of(std::vector<SpoolReader*>(count, &document))); });
        ASSERT_TRUE(fault) << count;
        EXPECT_EQ(fault->reason, "efax.submission_refused");
        EXPECT_EQ(fault->kind, Fault::Kind::lasting);
    }
}

// The answer

TEST(Submission, finds_its_id_in_every_form_of_the_answer) {
    for (const std::string number : {"13035550123", "+13035550123", "3035550123", "(303) 555-0123"})
        for (const std::string& body :
             {"[" + entry(number) + "]", entry(number), R"({"faxes":[)" + entry(number) + "]}",
              R"({"faxes":)" + entry(number) + "}"}) {
            const Submitted submitted = read_by_us(body);
            EXPECT_EQ(submitted.fax_id, fax_id(1)) << body;
            EXPECT_FALSE(submitted.odd) << body;
        }
    EXPECT_EQ(read_by_us(R"([{"fax_id":"AAAA-bbbb","destination_fax_number":13035550123}])").fax_id,
              "AAAA-bbbb");
}

TEST(Submission, finds_its_own_number_among_others) {
    const Submitted submitted =
        read_by_us("[" + entry("14155550100", 7) + "," + entry("13035550123", 8) + "]");
    EXPECT_EQ(submitted.fax_id, fax_id(8));
    EXPECT_TRUE(submitted.odd);
}

TEST(Submission, takes_the_first_of_several_entries_for_its_number) { // F34
    const Submitted submitted =
        read_by_us("[" + entry("13035550123", 7) + "," + entry("3035550123", 8) + "]");
    EXPECT_EQ(submitted.fax_id, fax_id(7));
    EXPECT_TRUE(submitted.odd);
}

TEST(Submission, takes_a_lone_entry_that_does_not_say_its_number) {
    for (const std::string number :
         {"", R"(,"destination_fax_number":null)", R"(,"destination_fax_number":"unavailable")"}) {
        const Submitted submitted = read_by_us(R"([{"fax_id":")" + fax_id(1) + '"' + number + "}]");
        EXPECT_EQ(submitted.fax_id, fax_id(1));
        EXPECT_TRUE(submitted.odd);
    }
}

TEST(Submission, does_not_guess_where_the_answer_is_unclear) { // F34
    for (const std::string& body :
         {std::string(), std::string("Created"), std::string("[]"), std::string("{}"), std::string("null"),
          std::string("[null, 7]"), std::string(R"({"faxes":[]})"), std::string(R"({"message":"ok"})"),
          "[" + entry("14155550100") + "]", "[" + entry("13035550123").substr(0, 40),
          R"({"errors":[{"error_code":"100"}],"faxes":[)" + entry("13035550123") + "]}",
          std::string(R"([{"fax_id":"../x","destination_fax_number":"13035550123"}])"),
          std::string(R"([{"fax_id":null,"destination_fax_number":"13035550123"}])"),
          "[" + entry("") + "," + entry("") + "]"}) {
        const auto fault = fault_from([&] { read_by_us(body); });
        ASSERT_TRUE(fault) << body;
        EXPECT_EQ(fault->reason, "efax.submission_unclear") << body;
        EXPECT_EQ(fault->kind, Fault::Kind::unknown) << body;
        EXPECT_EQ(std::string(fault->what()).find("303"), std::string::npos);
    }
}

} // namespace efaxd::efax
