#include "sandbox/fhir_call.hpp"

#include "json/writer.hpp"

#include <algorithm>

namespace efaxd::sandbox {

bool is_type_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && name.front() >= 'A' && name.front() <= 'Z' &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

bool is_resource_id(std::string_view id) {
    return !id.empty() && id.size() <= 64 &&
           id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.") ==
               std::string_view::npos;
}

bool is_fhir_json(std::string_view content_type) {
    const std::string type = lower(content_type.substr(0, content_type.find(';')));
    return type == "application/fhir+json" || type == "application/json";
}

namespace {

FhirPlace in_type(const std::string& method, const std::string& type) {
    if (method == "GET")
        return {"fhir.search", type, {}};
    if (method == "POST")
        return {type == "Binary" ? "fhir.binary" : "fhir.create", type, {}};
    return {"fhir.other", type, {}, 405};
}

FhirPlace in_resource(const std::string& method, const std::string& type, const std::string& id) {
    if (method == "POST" && id == "_search")
        return {"fhir.search", type, {}};
    if (id.starts_with('$') || id.starts_with('_'))
        return {};
    if (method == "GET")
        return {"fhir.read", type, id};
    if (method == "PUT")
        return {type == "Binary" ? "fhir.binary" : "fhir.update", type, id};
    if (method == "PATCH" && type != "Binary")
        return {"fhir.patch", type, id};
    if (method == "DELETE")
        return {"fhir.delete", type, id};
    return {"fhir.other", type, id, 405};
}

} // namespace

FhirPlace fhir_place(const HttpRequest& request) {
    if (request.path == "/oauth2/token")
        return request.method == "POST" ? FhirPlace{"fhir.token", {}, {}}
                                        : FhirPlace{"fhir.other", {}, {}, 405};
    if (request.path.starts_with(storage_path))
        return request.method == "GET" ? FhirPlace{"fhir.storage", {}, {}}
                                       : FhirPlace{"fhir.other", {}, {}, 405};
    if (!request.path.starts_with(fhir_base_path))
        return {};
    const std::string_view rest = std::string_view{request.path}.substr(fhir_base_path.size());
    if (rest == "/metadata" && request.method == "GET")
        return {"fhir.metadata", {}, {}};
    if (rest == "/.well-known/smart-configuration" && request.method == "GET")
        return {"fhir.smart", {}, {}};
    const auto parts = split(rest.substr(std::min<std::size_t>(1, rest.size())), '/');
    if (!is_type_name(parts[0]) || parts.size() > 2)
        return {};
    return parts.size() == 1 ? in_type(request.method, parts[0])
                             : in_resource(request.method, parts[0], parts[1]);
}

std::string FhirCall::shown(const Resource& resource) const {
    if (!style.presigned)
        return resource.text;
    if (!resource.content)
        return storage.shown(resource.text, origin, style.presigned_seconds);
    const auto document = json::Document::parse(resource.text);
    json::Writer writer;
    writer.begin_object();
    for (std::size_t i = 0; i < document.root().size(); ++i)
        writer.key(document.root().name_at(i)).raw(document.root().member_at(i).raw());
    writer.member("url", storage.url(origin, resource.id, style.presigned_seconds)).end_object();
    return writer.take();
}

HttpResponse FhirCall::reply(int status, const Resource& resource, bool written) const {
    HttpResponse response =
        resource_reply(style.server, status, resource, base(), written, written && minimal());
    if (!response.body.empty())
        response.body = shown(resource);
    return response;
}

std::optional<json::Document> FhirCall::body() const {
    try {
        return json::Document::parse(style.presigned ? FhirStorage::plain(request.body, origin)
                                                     : request.body);
    } catch (const json::ParseError&) {
        return std::nullopt;
    }
}

} // namespace efaxd::sandbox
