// What we write, whatever it is made of: the Communication of a received fax, and the POST of one to be sent.
// The input is the texts of which they are made.
#include "fuzz/fuzz.hpp"

#include "efax/submission.hpp"
#include "efaxd/core/base64.hpp"
#include "efaxd/core/communication.hpp"
#include "efaxd/core/fault.hpp"
#include "efaxd/core/timestamp.hpp"
#include "efaxd/ports/spool.hpp"
#include "fhir/binary_body.hpp"
#include "fhir/communication_json.hpp"
#include "json/utf8.hpp"
#include "json/value.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

class Text : public SpoolReader {
  public:
    explicit Text(std::string_view text) : text_(text) {}
    std::uint64_t size() const override { return text_.size(); }
    std::size_t read(char* buffer, std::size_t most) override {
        const std::size_t count = text_.copy(buffer, most, at_);
        at_ += count;
        return count;
    }
    void rewind() override { at_ = 0; }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
};

/// All that a body gives, in pieces of that size.
std::string read_all(http::BodySource& source, std::size_t piece) {
    std::string body;
    std::string buffer(piece, '\0');
    while (const std::size_t got = source.read(buffer.data(), piece))
        body.append(buffer, 0, got);
    must(body.size() == source.size, "a body is as long as it was announced");
    return body;
}

bool holds(const json::Value& value, std::string_view text) {
    return text.empty() ? !value : value.text() == json::repaired_utf8(text);
}

void try_submission(const std::vector<std::string_view>& parts) {
    Text first(parts[0]);
    Text second(parts[1]);
    Submission submission;
    submission.number = "+13035550123";
    submission.reference = "efaxd-0123456789abcdef";
    submission.to_name = parts[0];
    submission.cover_page = true;
    submission.from_name = parts[1];
    submission.subject = parts[2];
    submission.message = parts[3];
    submission.documents = {&first, &second};
    efax::SubmissionBody body(submission);
    auto source = body.source();
    const auto document = json::Document::parse(read_all(source, 1 + parts[0].size() % 97));
    const auto root = document.root();
    const auto cover = root["fax_options"]["cover_page_options"];
    must(holds(root["destinations"].at(0)["to_name"], submission.to_name), "the name arrives");
    must(root["destinations"].at(0)["fax_number"].text() == "13035550123", "the number arrives");
    must(holds(cover["from_name"], submission.from_name) && holds(cover["subject"], submission.subject) &&
             holds(cover["message"], submission.message),
         "the cover page arrives");
    must(root["documents"].size() == 2 &&
             root["documents"].at(0)["document_content"].text() == base64(parts[0]) &&
             root["documents"].at(1)["document_content"].text() == base64(parts[1]),
         "the documents arrive");
}

void try_binary(std::string_view text) {
    Text reader(text);
    auto source = fhir::json_body(reader, "application/pdf", "b-1");
    const auto document = json::Document::parse(read_all(source, 1 + text.size() % 97));
    must(document.root()["resourceType"].text() == "Binary" && document.root()["data"].text() == base64(text),
         "a Binary arrives");
}

void try_communication(const std::vector<std::string_view>& parts) {
    InboundCommunication communication;
    communication.fax_id = "0b6f7c1e-5a52-4f0e-9a61-2d1f3c9be003";
    communication.recipient = parts[0];
    communication.from_number = parts[1];
    communication.binary = "b-1";
    communication.members = parts[2];
    communication.sent = read_timestamp("2026-10-03T14:00:00Z")->instant;
    std::string written;
    try {
        written = fhir::communication_json(communication);
    } catch (const Fault& fault) {
        must(fault.reason == "fhir.refused" && fuzz::is_printable_ascii(fault.what()),
             "members that are none are refused");
        return;
    }
    const auto document = json::Document::parse(written);
    const auto root = document.root();
    must(root["resourceType"].text() == "Communication" && root["status"].text() == "completed" &&
             root["identifier"].at(0)["value"].text() == communication.fax_id &&
             root["category"].at(0)["coding"].at(0)["code"].text() == "inbound",
         "a received fax keeps its own members");
    for (std::size_t i = 0; i < root.size(); ++i)
        must(static_cast<bool>(root.member_at(i)), "no member is empty");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    auto parts = fuzz::parts_of(fuzz::text_of(bytes, size));
    parts.resize(std::max<std::size_t>(parts.size(), 4));
    try_submission(parts);
    try_binary(parts[0]);
    try_communication(parts);
    return 0;
}
