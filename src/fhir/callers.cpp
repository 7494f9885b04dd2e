#include "fhir/callers.hpp"

#include "fhir/resource.hpp"

#include <algorithm>
#include <string_view>

namespace efaxd::fhir {

namespace {

constexpr std::size_t longest = 8192;
constexpr std::uint64_t reply_bytes = 64u << 20;

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
    request.limits.reply_bytes = reply_bytes;
    const auto reply = session.ask_as(authorization, request, stop);
    switch (reply.status) {
    case 200:
        read_resource(reply.body, reference.empty() ? "Bundle" : reference.substr(0, reference.find('/')));
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
