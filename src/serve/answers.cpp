#include "serve/answers.hpp"

#include "json/writer.hpp"

namespace efaxd::serve {

Answer failure(int status, std::string_view code, std::string_view text) {
    json::Writer out;
    out.begin_object().key("error").begin_object();
    out.member("code", code).member("text", text);
    out.end_object().end_object();
    return {status, "application/json", out.take()};
}

Answer done(std::string_view text, int status) {
    json::Writer out;
    out.begin_object().member("schema", 1).member("text", text).end_object();
    return {status, "application/json", out.take()};
}

std::string_view name_of(CheckLine::Verdict verdict) {
    switch (verdict) {
    case CheckLine::Verdict::ok:
        return "ok";
    case CheckLine::Verdict::warning:
        return "warning";
    case CheckLine::Verdict::failed:
        return "failed";
    case CheckLine::Verdict::skipped:
        break;
    }
    return "skipped";
}

namespace {

void member_if(json::Writer& out, std::string_view name, const std::string& value) {
    if (!value.empty())
        out.member(name, value);
}

} // namespace

std::string check_json(const std::vector<CheckLine>& lines, int exit_code) {
    json::Writer out;
    out.begin_object().member("schema", 1).member("exit_code", exit_code).key("checks").begin_array();
    for (const CheckLine& line : lines) {
        out.begin_object();
        member_if(out, "project", line.project);
        out.member("what", line.what).member("verdict", name_of(line.verdict));
        member_if(out, "detail", line.detail);
        member_if(out, "advice", line.advice);
        out.end_object();
    }
    out.end_array().end_object();
    return out.take();
}

} // namespace efaxd::serve
