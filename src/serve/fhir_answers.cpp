#include "serve/fhir_answers.hpp"

#include "json/writer.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace efaxd::serve {

namespace {

using json::Writer;

constexpr const char* fhir_json = "application/fhir+json";

struct Known {
    int status;
    std::string_view id;
};
// What FHIR clients read a status from. 404 is not among them, see not_set_up; nor is 422, whose id would
// tell no more than the sentence does.
constexpr std::array<Known, 12> ids{{{200, "ok"},
                                     {201, "created"},
                                     {202, "accepted"},
                                     {401, "unauthorized"},
                                     {403, "forbidden"},
                                     {409, "conflict"},
                                     {410, "gone"},
                                     {412, "precondition-failed"},
                                     {413, "content-too-large"},
                                     {415, "unsupported-media-type"},
                                     {429, "too-many-requests"},
                                     {504, "server-timeout"}}};

std::string_view id_of(int status) {
    const auto* found =
        std::find_if(ids.begin(), ids.end(), [&](const Known& known) { return known.status == status; });
    return found == ids.end() ? std::string_view() : found->id;
}

struct Issue {
    std::string_view severity;
    std::string_view code;
    std::string_view text;
    std::string_view expression;
};

/// FHIR knows no empty strings.
std::string_view or_else(std::string_view text, std::string_view otherwise) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos ? otherwise : text;
}

void write_outcome(Writer& out, std::string_view id, const Issue& issue) {
    out.begin_object().member("resourceType", "OperationOutcome");
    if (!id.empty())
        out.member("id", id);
    out.key("issue").begin_array().begin_object();
    out.member("severity", issue.severity).member("code", or_else(issue.code, "processing"));
    out.key("details").begin_object();
    out.member("text", or_else(issue.text, "The operation did not succeed.")).end_object();
    if (!issue.expression.empty())
        out.key("expression").begin_array().text(issue.expression).end_array();
    out.end_object().end_array().end_object();
}

Answer outcome_with(int status, std::string_view id, const Issue& issue) {
    Writer out;
    write_outcome(out, id, issue);
    Answer answer{status, fhir_json, out.take()};
    if (status == 401)
        answer.headers.emplace_back("WWW-Authenticate", "Bearer");
    return answer;
}

void begin_parameters(Writer& out) {
    out.begin_object().member("resourceType", "Parameters").key("parameter").begin_array();
}

void count(Writer& out, std::string_view name, std::int64_t value) {
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max(); // of an R4 integer
    out.begin_object().member("name", name);
    out.member("valueInteger", std::clamp<std::int64_t>(value, 0, most)).end_object();
}

Answer end_parameters(Writer& out) {
    out.end_array().end_object();
    return {200, fhir_json, out.take()};
}

} // namespace

Answer outcome(int status, std::string_view code, std::string_view text, std::string_view expression) {
    const bool fine = status < 400;
    return outcome_with(status, id_of(status), {fine ? "information" : "error", code, text, expression});
}

Answer outcome(const Refusal& refusal) {
    return outcome_with(refusal.status, {}, {"error", refusal.code, refusal.what(), refusal.expression});
}

Answer not_set_up(std::string_view text) {
    return outcome_with(404, "not-found", {"error", "not-found", text, {}});
}

Answer fhir_failure(int status, std::string_view /*code*/, std::string_view text) {
    switch (status) {
    case 400:
        return outcome(status, "invalid", text);
    case 401:
        return outcome(status, "login", text);
    case 403:
        return outcome(status, "forbidden", text);
    case 404:
        return not_set_up(text);
    case 413:
    case 431:
        return outcome(status, "too-long", text);
    case 503:
        return outcome(status, "transient", text);
    case 504:
        return outcome(status, "timeout", text);
    default:
        return outcome(status, status == 500 ? "exception" : "not-supported", text);
    }
}

Answer received(const Received& received) {
    Writer out;
    begin_parameters(out);
    count(out, "received", received.received);
    count(out, "duplicates", received.duplicates);
    count(out, "failed", received.failed);
    count(out, "pending", received.pending);
    for (const std::string& id : received.communications) {
        out.begin_object().member("name", "communication").key("valueReference").begin_object();
        out.member("reference", "Communication/" + id).end_object().end_object();
    }
    for (const Received::Issue& issue : received.issues) {
        out.begin_object().member("name", "issue").key("resource");
        write_outcome(out, {}, {"error", issue.code, issue.text, {}});
        out.end_object();
    }
    return end_parameters(out);
}

Answer synced(const Synced& synced) {
    Writer out;
    begin_parameters(out);
    count(out, "checked", synced.checked);
    count(out, "completed", synced.completed);
    count(out, "failed", synced.failed);
    count(out, "pending", synced.pending);
    count(out, "errors", synced.errors);
    return end_parameters(out);
}

Answer resource(std::string json, int status) {
    if (json.empty()) // clients parse whatever is called JSON
        return outcome(status, "informational", "Done.");
    return {status, fhir_json, std::move(json)};
}

} // namespace efaxd::serve
