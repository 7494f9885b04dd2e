#include "efax/document_reader.hpp"

#include "efax/wire.hpp"
#include "efaxd/core/fault.hpp"
#include "json/value.hpp"

#include <array>
#include <cctype>

namespace efaxd::efax {

namespace {

Fault bad_document(const std::string& detail) { return {Fault::Kind::passing, "efax.bad_document", detail}; }

bool starts_bare(const http::Reply& head, std::string_view piece) {
    std::string type(head.header("content-type").value_or(std::string_view{}));
    for (char& character : type)
        character = static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
    for (const std::string_view bare : {"application/pdf", "image/tiff", "application/octet-stream"})
        if (type.starts_with(bare)) {
            const auto first = piece.find_first_not_of(" \t\r\n");
            return first == std::string_view::npos || piece[first] != '{';
        }
    return false;
}

} // namespace

DocumentReader::DocumentReader(const Fax& fax, const DocumentSink& sink, std::uint64_t most)
    : fax_(fax), sink_(sink), most_(most), reply_("image", [this](std::string_view text) { decode(text); }) {}

void DocumentReader::feed(const http::Reply& head, std::string_view piece) {
    if (form_ == Form::undecided)
        form_ = starts_bare(head, piece) ? Form::bare : Form::json;
    if (form_ == Form::bare) {
        inspector_.feed(piece);
        hand_on(piece);
        return;
    }
    try {
        reply_.feed(piece);
    } catch (const json::ParseError&) {
        throw bad_document("The reply is no JSON with one image.");
    } catch (const Base64Error&) {
        throw bad_document("The image is no sound base64.");
    }
}

void DocumentReader::finish() {
    if (form_ == Form::bare) {
        if (inspector_.type() == MediaType::unknown)
            throw bad_document("The reply is neither JSON nor a document.");
        return;
    }
    check_skeleton();
    try {
        decoder_.finish();
    } catch (const Base64Error&) {
        throw bad_document("The image was cut short.");
    }
    if (size_ == 0)
        throw bad_document("The image is empty.");
}

void DocumentReader::decode(std::string_view text) {
    decoded_.clear();
    decoder_.feed(text, decoded_);
    hand_on(decoded_);
}

void DocumentReader::hand_on(std::string_view bytes) {
    if (bytes.size() > most_ - size_)
        throw Fault(Fault::Kind::lasting, "efax.too_large", "The document is over the limit.");
    size_ += bytes.size();
    if (!bytes.empty())
        sink_(bytes);
}

void DocumentReader::check_skeleton() {
    try {
        const json::Document document = json::Document::parse(reply_.finish());
        const json::Value root = document.root();
        if (reports_errors(root))
            throw bad_document("The reply reports an error although its status does not.");
        const json::Value id = root["fax_id"];
        if (id && clean_fax_id(id.text_or({})) != fax_.id)
            throw bad_document("The reply is about another fax.");
    } catch (const json::ParseError&) {
        throw bad_document("The reply is no JSON or was cut short.");
    }
    if (!reply_.seen())
        throw bad_document("The reply holds no image.");
}

} // namespace efaxd::efax
