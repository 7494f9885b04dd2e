#include "fhir/arriving_document.hpp"

#include "fhir/media_essence.hpp"
#include "fhir/resource.hpp"
#include "json/value.hpp"

#include <algorithm>

namespace efaxd::fhir {

namespace {

constexpr std::uint64_t most_bytes = 128u << 20;

bool is_json(const http::Reply& head) {
    const auto type = media_essence(head.header("content-type").value_or(""));
    return type == "application/fhir+json" || type == "application/json" || type == "application/json+fhir";
}

} // namespace

ArrivingDocument::ArrivingDocument(std::string element, const DocumentSink& sink)
    : element_(std::move(element)), sink_(sink),
      resource_("data", [this](std::string_view piece) { decode(piece); }) {}

void ArrivingDocument::feed(const http::Reply& head, std::string_view piece) {
    if (!begun_) {
        begun_ = true;
        as_json_ = is_json(head);
    }
    if (!as_json_) {
        pass(piece);
        return;
    }
    try {
        resource_.feed(piece);
    } catch (const json::ParseError&) {
        throw bad_reply("the FHIR server answered with something that is no Binary");
    }
}

void ArrivingDocument::decode(std::string_view piece) {
    constexpr std::size_t slice = 64u << 10;
    try {
        for (; !piece.empty(); piece.remove_prefix(std::min(slice, piece.size()))) {
            decoded_.clear();
            decoder_.feed(piece.substr(0, slice), decoded_);
            pass(decoded_);
        }
    } catch (const Base64Error&) {
        throw bad();
    }
}

bool ArrivingDocument::finish() {
    try {
        decoder_.finish();
        if (as_json_)
            read_resource(resource_.finish(), "Binary");
    } catch (const Base64Error&) {
        throw bad();
    } catch (const json::ParseError&) {
        throw bad_reply("the FHIR server answered with a Binary that is cut short");
    }
    return size_ > 0;
}

Refusal ArrivingDocument::bad() const {
    return {422, "invalid", element_, "send.bad_document",
            "The document is empty or damaged; attach it again"};
}

void ArrivingDocument::pass(std::string_view bytes) {
    size_ += bytes.size();
    if (size_ > most_bytes)
        throw Refusal(422, "too-long", element_, "send.document_too_large",
                      "The document is larger than 128 MiB; make it smaller or split it");
    if (!bytes.empty())
        sink_(bytes);
}

} // namespace efaxd::fhir
