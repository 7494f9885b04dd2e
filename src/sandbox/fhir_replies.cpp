#include "sandbox/fhir_replies.hpp"

#include "json/writer.hpp"

#include <algorithm>

namespace efaxd::sandbox {

HttpResponse fhir_json(int status, std::string body) {
    HttpResponse response;
    response.status = status;
    response.headers = {{"Content-Type", "application/fhir+json"}};
    response.body = std::move(body);
    return response;
}

namespace {

void write_issue(json::Writer& writer, ServerStyle style, const Issue& issue) {
    writer.begin_object().member("severity", "error").member("code", issue.code);
    if (style == ServerStyle::medplum)
        writer.key("details").begin_object().member("text", issue.text).end_object();
    else
        writer.member("diagnostics", "HAPI-0000: " + issue.text);
    if (!issue.expression.empty())
        writer.key("expression").begin_array().text(issue.expression).end_array();
    writer.end_object();
}

std::string outcome_json(ServerStyle style, std::string_view id, const std::vector<Issue>& issues) {
    json::Writer writer;
    writer.begin_object().member("resourceType", "OperationOutcome");
    if (style == ServerStyle::medplum && !id.empty())
        writer.member("id", id);
    writer.key("issue").begin_array();
    for (const Issue& issue : issues)
        write_issue(writer, style, issue);
    writer.end_array().end_object();
    return writer.take();
}

} // namespace

HttpResponse outcome(ServerStyle style, int status, std::string_view id, std::string_view code,
                     std::string_view text) {
    return fhir_json(status, outcome_json(style, id, {{false, std::string{code}, {}, std::string{text}}}));
}

HttpResponse refusal(ServerStyle style, const std::vector<Issue>& issues) {
    const bool structure =
        std::any_of(issues.begin(), issues.end(), [](const Issue& issue) { return issue.structure; });
    return fhir_json(style == ServerStyle::medplum || structure ? 400 : 422, outcome_json(style, {}, issues));
}

HttpResponse resource_reply(ServerStyle style, int status, const Resource& resource, const std::string& base,
                            bool written, bool minimal) {
    HttpResponse response = fhir_json(status, minimal ? std::string{} : resource.text);
    response.headers.emplace_back("ETag", "W/\"" + std::to_string(resource.version) + "\"");
    response.headers.emplace_back("Last-Modified", http_date(resource.updated));
    if (written) {
        std::string location = base + "/" + resource.type + "/" + resource.id;
        if (style == ServerStyle::hapi)
            location += "/_history/" + std::to_string(resource.version);
        response.headers.emplace_back("Location", location);
    }
    return response;
}

} // namespace efaxd::sandbox
