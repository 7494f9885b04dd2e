// The POST of a fax to be sent, whatever it is made of. The input is its texts; the first two are also its
// documents.
#include "fuzz/body_source.hpp"
#include "fuzz/fuzz.hpp"

#include "efax/submission.hpp"
#include "efaxd/core/base64.hpp"
#include "json/utf8.hpp"
#include "json/value.hpp"

#include <algorithm>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

bool holds(const json::Value& value, std::string_view text) {
    return text.empty() ? !value : value.text() == json::repaired_utf8(text);
}

void try_submission(const std::vector<std::string_view>& parts) {
    fuzz::Text first(parts[0]);
    fuzz::Text second(parts[1]);
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
    const auto document = json::Document::parse(fuzz::read_all(source, 32 + parts[0].size() % 97));
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

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    auto parts = fuzz::parts_of(fuzz::text_of(bytes, size));
    parts.resize(std::max<std::size_t>(parts.size(), 4));
    try_submission(parts);
    return 0;
}
