// What the routes of the control API share.
#pragma once

#include "sandbox/control_form.hpp"
#include "sandbox/http_server.hpp"
#include "sandbox/sandbox.hpp"
#include "json/writer.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::sandbox {

struct ControlRoute {
    std::string_view method;
    std::string_view path;
    std::string_view help;
    std::function<HttpResponse(Sandbox&, const HttpRequest&)> handle;
};

/// A route whose body is a JSON object; an empty body counts as `{}`.
inline auto with_body(HttpResponse (*handle)(Sandbox&, json::Value)) {
    return [handle](Sandbox& sandbox, const HttpRequest& request) {
        const auto document =
            json::Document::parse(request.body.empty() ? "{}" : std::string_view{request.body});
        return handle(sandbox, document.root());
    };
}

inline auto without_body(HttpResponse (*handle)(Sandbox&)) {
    return [handle](Sandbox& sandbox, const HttpRequest&) { return handle(sandbox); };
}

inline HttpResponse reply(int status, std::string body, std::string_view type = "application/json") {
    HttpResponse response;
    response.status = status;
    response.headers = {{"Content-Type", std::string{type}}};
    response.body = std::move(body) + "\n";
    return response;
}

inline HttpResponse reply(json::Writer& writer) { return reply(200, writer.take()); }

inline HttpResponse done() { return reply(200, R"({"done":true})"); }

inline HttpResponse error(int status, std::string_view words) {
    json::Writer writer;
    writer.begin_object().member("error", words).end_object();
    return reply(status, writer.take());
}

/// Outcomes, sent faxes, outbound Communications, callers and webhooks.
const std::vector<ControlRoute>& sending_routes();
/// Presets, modes and doors.
const std::vector<ControlRoute>& mode_routes();

} // namespace efaxd::sandbox
