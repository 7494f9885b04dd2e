// Binaries of the simulated FHIR server, and reading in general.
#include "sandbox/fhir_call.hpp"
#include "sandbox/fhir_service.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/base64.hpp"
#include "sandbox/pdf_pages.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace efaxd::sandbox {

namespace {

bool is_digits(std::string_view id) { return id.find_first_not_of("0123456789") == std::string_view::npos; }

} // namespace

namespace {

bool wants_resource(std::string_view accept) {
    return accept.find("fhir+json") != std::string_view::npos ||
           accept.find("application/json") != std::string_view::npos;
}

std::string with_data(const Resource& binary) {
    const auto document = json::Document::parse(binary.text);
    json::Writer writer;
    writer.begin_object();
    for (std::size_t i = 0; i < document.root().size(); ++i)
        writer.key(document.root().name_at(i)).raw(document.root().member_at(i).raw());
    writer.member("data", base64(binary.content->kept)).end_object();
    return writer.take();
}

} // namespace

HttpResponse SimulatedFhir::read(const FhirCall& call) {
    const auto resource = store_.read(call.place.type, call.place.id);
    if (!resource)
        return call.error(404, "not-found", "not-found", "Not found");
    if (resource->deleted)
        return call.error(410, "gone", "deleted", "Gone");
    if (!resource->content)
        return call.reply(200, *resource, false);
    const bool kept = !resource->content->kept.empty();
    if (wants_resource(call.request.header("accept"))) {
        HttpResponse response = call.reply(200, *resource, false);
        if (call.hapi() && kept)
            response.body = with_data(*resource);
        return response;
    }
    return contents(call, *resource);
}

HttpResponse SimulatedFhir::contents(const FhirCall& call, const Resource& binary) const {
    if (binary.content->kept.empty())
        return call.error(501, {}, "not-supported", "The sandbox did not keep these bytes");
    HttpResponse response;
    response.headers = {{"Content-Type", binary.content_type}};
    response.body = binary.content->kept;
    return response;
}

HttpResponse SimulatedFhir::from_storage(const FhirCall& call, JournalEntry& entry) const {
    const auto id = storage_.granted(call.request);
    if (!id)
        return error_response(403, BodyStyle::html);
    entry.subject = "Binary/" + *id;
    const auto binary = store_.read("Binary", *id);
    if (!binary || binary->deleted || !binary->content)
        return error_response(404, BodyStyle::html);
    return contents(call, *binary);
}

HttpResponse SimulatedFhir::write_binary(const FhirCall& call, JournalEntry& entry) {
    const std::string& id = call.place.id;
    if (!id.empty() && !store_.read("Binary", id)) {
        if (call.style.update_create == UpdateCreate::not_found)
            return call.error(404, "not-found", "not-found", "Not found");
        if (call.style.update_create == UpdateCreate::not_allowed)
            return call.error(405, {}, "not-supported", "Update cannot create");
        if (!is_resource_id(id) || (call.hapi() && is_digits(id)))
            return call.error(400, {}, "invalid", "Incorrect ID");
    }
    const std::string type{call.request.header("content-type")};
    if (call.request.digest) {
        if (!call.style.raw_binary || type.empty())
            return call.error(415, "unsupported-media-type", "not-supported", "Unsupported media type");
        if (call.request.digest->size == 0)
            return call.error(400, {}, "invalid", "The Binary is empty");
        return keep_binary(call, *call.request.digest, type, entry);
    }
    if (!call.style.json_binary)
        return call.error(400, {}, "not-supported", "Binaries are not taken as JSON");
    const auto document = call.body();
    if (!document)
        return call.error(400, {}, "structure", "The body is no JSON");
    auto issues = check_json(document->root(), "Binary");
    const std::string content_type{document->root()["contentType"].text_or("")};
    auto bytes = decode_base64(document->root()["data"].text_or(""));
    if (content_type.empty())
        issues.push_back({false, "required", "Binary.contentType", "Missing required property"});
    if (!bytes)
        issues.push_back({true, "value", "Binary.data", "Invalid base64Binary format"});
    if (!id.empty() && document->root()["id"].text_or("") != id)
        issues.push_back({true, "value", "Binary.id", "Incorrect ID"});
    if (!issues.empty())
        return refusal(call.style.server, issues);
    if (call.style.json_binary_limit > 0 &&
        bytes->size() > static_cast<std::size_t>(call.style.json_binary_limit))
        return call.error(400, {}, "value",
                          "base64Binary exceeds " + std::to_string(call.style.json_binary_limit) + " bytes");
    Digest content{bytes->size(), crypto::sha256_hex(*bytes), {}, count_pdf_pages(*bytes)};
    if (content.size <= static_cast<std::uint64_t>(call.style.keep_bytes))
        content.kept = std::move(*bytes);
    return keep_binary(call, std::move(content), content_type, entry);
}

HttpResponse SimulatedFhir::keep_binary(const FhirCall& call, Digest content, const std::string& type,
                                        JournalEntry& entry) {
    const auto done = store_.put_binary(std::move(content), type, call.place.id);
    entry.subject = "Binary/" + done.resource.id;
    return call.written(done);
}

} // namespace efaxd::sandbox
