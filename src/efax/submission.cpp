#include "efax/submission.hpp"

#include "efax/wire.hpp"
#include "efaxd/core/base64.hpp"
#include "efaxd/core/fault.hpp"
#include "efaxd/core/phone_number.hpp"
#include "efaxd/ports/spool.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace efaxd::efax {

namespace {

constexpr std::string_view opening = R"({"document_type":"PDF","document_content":")";
constexpr std::string_view between = R"("},)";
constexpr std::string_view ending = R"("}]})";

/// A multiple of three, so that only the last piece of a document is padded.
constexpr std::size_t piece_bytes = std::size_t{3} * 16384;

void add_if_given(json::Writer& out, std::string_view name, std::string_view text) {
    if (!text.empty())
        out.member(name, text);
}

/// Everything before the content of the first document.
std::string head_of(const Submission& submission) {
    json::Writer out;
    out.begin_object().key("destinations").begin_array().begin_object();
    add_if_given(out, "to_name", submission.to_name);
    out.member("fax_number", dialled(submission.number)).end_object().end_array();

    out.key("fax_options").begin_object().member("image_resolution", "FINE");
    out.member("include_cover_page", submission.cover_page);
    if (submission.cover_page) {
        out.key("cover_page_options").begin_object();
        add_if_given(out, "from_name", submission.from_name);
        add_if_given(out, "subject", submission.subject);
        add_if_given(out, "message", submission.message);
        out.end_object();
    }
    out.end_object();

    out.key("client_data").begin_object();
    out.member("client_reference_id", submission.reference).end_object();
    out.end_object();

    std::string head = out.take();
    head.pop_back();
    return head.append(R"(,"documents":[)").append(opening);
}

std::uint64_t encoded_size(std::uint64_t bytes) { return (bytes + 2) / 3 * 4; }

Fault unclear(const std::string& detail) { return {Fault::Kind::unknown, "efax.submission_unclear", detail}; }

std::vector<json::Value> entries_of(const json::Value& root) {
    return one_or_many(root["faxes"] ? root["faxes"] : root);
}

} // namespace

std::string dialled(std::string_view e164) {
    return std::string(e164.starts_with("+1") ? e164.substr(1) : e164);
}

SubmissionBody::SubmissionBody(const Submission& submission)
    : documents_(submission.documents), head_(head_of(submission)) {
    if (documents_.empty() || documents_.size() > most_documents)
        throw Fault(Fault::Kind::lasting, "efax.submission_refused", "A fax has 1 to 25 documents.");
    size_ = head_.size() + (documents_.size() - 1) * (between.size() + opening.size()) + ending.size();
    for (const SpoolReader* const document : documents_)
        size_ += encoded_size(document->size());
    begin();
}

void SubmissionBody::begin() {
    for (SpoolReader* const document : documents_)
        document->rewind();
    given_ = 0;
    document_ = 0;
    left_ = documents_.front()->size();
    ready_ = head_;
    at_ = 0;
}

std::size_t SubmissionBody::read(char* buffer, std::size_t most) {
    if (at_ == ready_.size())
        refill();
    const std::size_t count = ready_.copy(buffer, most, at_);
    at_ += count;
    given_ += count;
    return count;
}

void SubmissionBody::refill() {
    at_ = 0;
    ready_.clear();
    if (document_ == documents_.size())
        return;
    read_piece(static_cast<std::size_t>(std::min<std::uint64_t>(left_, piece_bytes)));
    ready_ = base64(piece_);
    left_ -= piece_.size();
    if (left_ > 0)
        return;
    if (++document_ == documents_.size()) {
        ready_ += ending;
        return;
    }
    left_ = documents_[document_]->size();
    ready_.append(between).append(opening);
}

void SubmissionBody::read_piece(std::size_t bytes) {
    piece_.resize(bytes);
    for (std::size_t filled = 0; filled < bytes;) {
        const std::size_t count = documents_[document_]->read(piece_.data() + filled, bytes - filled);
        if (count == 0)
            throw Fault(Fault::Kind::passing, "spool.unreadable", "A document is shorter than recorded.");
        filled += count;
    }
}

http::BodySource SubmissionBody::source() {
    http::BodySource source;
    source.size = size_;
    source.read = [this](char* buffer, std::size_t most) { return read(buffer, most); };
    source.begin = [this] { begin(); };
    return source;
}

Submitted read_submitted(std::string_view body, std::string_view number) {
    try {
        const json::Document document = json::Document::parse(body);
        const json::Value root = document.root();
        if (reports_errors(root))
            throw unclear("The answer reports an error although its status does not.");
        const std::vector<json::Value> entries = entries_of(root);
        Submitted submitted;
        for (const json::Value& entry : entries) {
            const std::string_view fax_id = entry["fax_id"].text_or({});
            const std::string destination = number_of(entry["destination_fax_number"]);
            // A lone entry that keeps its number to itself can be of no other: we named one destination.
            const bool ours = destination.empty() ? entries.size() == 1 : same_line(destination, number);
            if (!ours || !clean_fax_id(fax_id))
                continue;
            if (submitted.fax_id.empty())
                submitted.fax_id = fax_id;
            submitted.odd = entries.size() > 1 || destination.empty();
        }
        if (submitted.fax_id.empty())
            throw unclear("The answer names no fax to the number asked for.");
        return submitted;
    } catch (const json::ParseError&) {
        throw unclear("The answer is no JSON.");
    }
}

} // namespace efaxd::efax
