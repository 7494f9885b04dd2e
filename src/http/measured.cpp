#include "http/measured.hpp"

#include "efaxd/meter.hpp"
#include "http/error.hpp"

namespace efaxd::http {

namespace {

std::string_view outcome_of(int status) {
    if (status == 429)
        return "429";
    switch (status / 100) {
    case 2:
        return "2xx";
    case 3:
        return "3xx";
    case 4:
        return "4xx";
    case 5:
        return "5xx";
    default:
        return "other";
    }
}

} // namespace

Reply measured(const Side& side, const Request& request, Clock& clock,
               const std::function<Reply()>& exchange) {
    const Steady begun = clock.steady();
    const auto ended = [&](std::string_view outcome) {
        const auto method = name_of(request.method);
        meter::count(meter::requests, {{"project", side.project},
                                       {"side", side.name},
                                       {"endpoint", request.endpoint},
                                       {"method", method},
                                       {"outcome", outcome}});
        meter::observe(meter::request_seconds,
                       {{"project", side.project},
                        {"side", side.name},
                        {"endpoint", request.endpoint},
                        {"method", method}},
                       std::chrono::duration_cast<Duration>(clock.steady() - begun));
    };
    try {
        Reply reply = exchange();
        ended(outcome_of(reply.status));
        return reply;
    } catch (const Error& error) {
        if (error.kind != Error::Kind::refused)
            ended("lost");
        throw;
    }
}

} // namespace efaxd::http
