// Creation, update, patch and deletion at the simulated FHIR server.
#include "sandbox/fhir_call.hpp"
#include "sandbox/fhir_service.hpp"
#include "sandbox/json_tree.hpp"

#include <algorithm>
#include <iterator>

namespace efaxd::sandbox {

namespace {

bool is_digits(std::string_view id) { return id.find_first_not_of("0123456789") == std::string_view::npos; }

} // namespace

std::optional<HttpResponse> SimulatedFhir::objection(const FhirCall& call, json::Value resource) const {
    const auto issues = call.place.type == "Communication" ? check_communication(resource)
                                                           : check_json(resource, call.place.type);
    if (!issues.empty())
        return refusal(call.style.server, issues);
    return call.style.referential_integrity ? dangling(call, resource) : std::nullopt;
}

std::optional<HttpResponse> SimulatedFhir::dangling(const FhirCall& call, json::Value resource) const {
    std::vector<std::string> references;
    for (const Mark& mark : marks_of(resource))
        if (mark.parameter == "recipient" || mark.parameter == "sender" || mark.parameter == "subject")
            references.push_back(mark.value);
    for (std::size_t i = 0; i < resource["payload"].size(); ++i)
        if (const auto url = resource["payload"].at(i)["contentAttachment"]["url"].text())
            references.emplace_back(*url);
    for (const std::string& reference : references) {
        const auto parts = split(reference, '/');
        if (parts.size() == 2 && is_type_name(parts[0]) && !store_.exists(parts[0], parts[1]))
            return call.error(400, {}, "processing", "HAPI-1094: Resource " + reference + " not found");
    }
    return std::nullopt;
}

HttpResponse SimulatedFhir::create(const FhirCall& call, JournalEntry& entry) {
    if (!is_fhir_json(call.request.header("content-type")))
        return call.error(415, "unsupported-media-type", "not-supported", "Unsupported media type");
    const auto document = call.body();
    if (!document)
        return call.error(400, {}, "structure", "The body is no JSON");
    if (auto refused = objection(call, document->root()))
        return std::move(*refused);
    std::optional<Criteria> unless;
    std::string_view condition = call.request.header("if-none-exist");
    if (!condition.empty() && call.style.conditional_create) {
        const auto mark = condition.find('?');
        if (mark != std::string_view::npos && !call.hapi())
            return call.error(400, {}, "invalid", "If-None-Exist is a bare query");
        if (mark != std::string_view::npos)
            condition.remove_prefix(mark + 1);
        auto wanted = criteria(call, parse_query(condition));
        if (auto* refused = std::get_if<HttpResponse>(&wanted))
            return std::move(*refused);
        unless = std::get<Criteria>(std::move(wanted));
        if (unless->empty())
            return call.error(400, {}, "invalid", "If-None-Exist has no criteria");
        Resource draft;
        draft.marks = marks_of(document->root());
        if (call.hapi() && !meets(draft, *unless))
            return call.error(400, {}, "processing",
                              "HAPI-0929: the resource does not meet its own condition");
    }
    const auto done = store_.create(document->root(), unless ? &*unless : nullptr, call.search_delay());
    if (done.matches > 1)
        return call.error(412, "multiple-matches", "multiple-matches", "Multiple resources match");
    entry.subject = done.resource.type + "/" + done.resource.id;
    return call.written(done);
}

namespace {

std::optional<std::int64_t> version_in(std::string_view if_match) {
    std::string digits;
    std::copy_if(if_match.begin(), if_match.end(), std::back_inserter(digits),
                 [](char c) { return c >= '0' && c <= '9'; });
    return whole_number(digits);
}

} // namespace

HttpResponse SimulatedFhir::update(const FhirCall& call) {
    const std::string& id = call.place.id;
    if (!is_fhir_json(call.request.header("content-type")))
        return call.error(415, "unsupported-media-type", "not-supported", "Unsupported media type");
    const auto document = call.body();
    if (!document)
        return call.error(400, {}, "structure", "The body is no JSON");
    if (auto refused = objection(call, document->root()))
        return std::move(*refused);
    if (!is_resource_id(id) || document->root()["id"].text_or("") != id)
        return call.error(400, {}, "invalid", "Incorrect ID");
    if (!store_.read(call.place.type, id)) {
        if (call.style.update_create == UpdateCreate::not_found)
            return call.error(404, "not-found", "not-found", "Not found");
        if (call.style.update_create == UpdateCreate::not_allowed)
            return call.error(405, {}, "not-supported", "Update cannot create");
        if (call.hapi() && is_digits(id))
            return call.error(400, {}, "processing", "HAPI-0960: a client-assigned id must have a letter");
    }
    const std::string_view if_match = call.request.header("if-match");
    const auto version = if_match.empty() ? std::nullopt : std::optional{version_in(if_match).value_or(-1)};
    const auto done = store_.update(document->root(), id, version, call.search_delay(), true);
    if (!done)
        return call.stale();
    return call.written(*done);
}

HttpResponse SimulatedFhir::patch(const FhirCall& call) {
    const std::string_view type = call.request.header("content-type");
    if (call.style.patch == PatchStyle::not_allowed)
        return call.error(405, {}, "not-supported", "Method not allowed");
    if (call.style.patch == PatchStyle::media_type ||
        lower(type.substr(0, type.find(';'))) != "application/json-patch+json")
        return call.error(415, "unsupported-media-type", "not-supported", "Unsupported media type");
    const auto steps = call.body();
    if (!steps)
        return call.error(400, {}, "structure", "The body is no JSON");
    const std::string_view if_match = call.request.header("if-match");
    for (;;) { // again if somebody else writes between reading and writing
        const auto old = store_.read(call.place.type, call.place.id);
        if (!old)
            return call.error(404, "not-found", "not-found", "Not found");
        if (old->deleted)
            return call.error(410, "gone", "deleted", "Gone");
        if (!if_match.empty() && version_in(if_match) != old->version)
            return call.stale();
        std::string complaint;
        const auto text = patched(json::Document::parse(call.shown(*old)).root(), steps->root(), complaint);
        if (!text)
            return call.error(400, {}, "invalid", "The patch cannot be applied: " + complaint);
        const auto changed = json::Document::parse(FhirStorage::plain(*text, call.origin));
        if (auto refused = objection(call, changed.root()))
            return std::move(*refused);
        if (const auto done = store_.update(changed.root(), old->id, old->version, call.search_delay(), true))
            return call.written(*done);
    }
}

HttpResponse SimulatedFhir::remove(const FhirCall& call) {
    const auto resource = store_.read(call.place.type, call.place.id);
    if (!resource)
        return call.error(404, "not-found", "not-found", "Not found");
    if (!store_.remove(call.place.type, call.place.id))
        return call.error(410, "gone", "deleted", "Gone");
    return call.error(200, "ok", "informational", "All OK");
}

} // namespace efaxd::sandbox
