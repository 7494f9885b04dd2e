#include "fhir/callers.hpp"

#include "fhir/abridged_body.hpp"
#include "fhir/media_essence.hpp"
#include "fhir/resource.hpp"

#include <algorithm>
#include <string_view>

namespace efaxd::fhir {

namespace {

constexpr std::size_t longest = 8192;

/// The head of a reply whose body is not wanted.
struct Answered {
    http::Reply head;
};

/// A Binary may be larger than anything that is worth reading for this.
http::Reply ask_for_head(Session& session, const std::string& authorization, const http::Request& request,
                         const std::stop_token& stop) {
    try {
        return session.ask_as(authorization, request, stop,
                              [](const http::Reply& head, std::string_view) { throw Answered{head}; });
    } catch (const Answered& answered) {
        return answered.head;
    }
}

bool is_web_page(const http::Reply& reply) {
    return media_essence(reply.header("content-type").value_or("")) == "text/html";
}

bool is_sane(std::string_view authorization) {
    return !authorization.empty() && authorization.size() <= longest &&
           std::all_of(authorization.begin(), authorization.end(),
                       [](char c) { return c >= ' ' && c <= '~'; }) &&
           authorization.find_first_not_of(' ') != std::string_view::npos;
}

} // namespace

CallerRight check_caller(Session& session, Clock& clock, const std::string& authorization,
                         const std::string& reference, const std::stop_token& stop) {
    if (!is_sane(authorization))
        return CallerRight::unknown;
    if (!reference.empty() && !is_local_reference(reference))
        return CallerRight::not_found;
    const std::string search = "Communication?_count=1&_elements=id";
    auto request = session.request(http::Method::get, reference.empty() ? search : reference);
    request.headers.push_back({"Cache-Control", "no-cache"});
    request.limits.reply_bytes = abridged_bytes;
    const bool is_document = reference.starts_with("Binary/");
    AbridgedBody body;
    const auto reply = is_document ? ask_for_head(session, authorization, request, stop)
                                   : session.ask_as(authorization, request, stop, body.sink());
    switch (reply.status) {
    case 200:
        if (is_document && is_web_page(reply))
            throw bad_reply("the FHIR server answered with a web page instead of a Binary");
        if (!is_document)
            read_resource(body.take(),
                          reference.empty() ? "Bundle" : reference.substr(0, reference.find('/')));
        return CallerRight::granted;
    case 401:
        return CallerRight::unknown;
    case 403:
        return CallerRight::forbidden;
    case 404:
    case 410:
        return CallerRight::not_found;
    default:
        throw refusal(reply, Call::asks, clock.now());
    }
}

} // namespace efaxd::fhir
