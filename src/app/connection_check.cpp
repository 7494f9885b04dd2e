#include "app/connection_check.hpp"

#include "app/remedies.hpp"
#include "efaxd/core/timestamp.hpp"
#include "http/client.hpp"
#include "http/url.hpp"

namespace efaxd::app {

namespace {

using namespace std::chrono_literals;
using Verdict = serve::CheckLine::Verdict;

constexpr Duration soon = 24h * 14;

std::string host_of(const std::string& url) {
    const auto parsed = http::parse_url(url);
    return parsed ? parsed->host : "the server";
}

} // namespace

Finding check_connection(const config::Endpoint& endpoint, Instant now, const std::stop_token& stop) {
    Finding finding;
    auto& line = finding.line;
    line.detail = host_of(endpoint.base_url);
    try {
        http::Client client({.ca_file = endpoint.ca_file, .proxy = endpoint.proxy});
        const auto reached = client.reach(endpoint.base_url, stop);
        line.detail += " answers within " + std::to_string(reached.took.count()) + " ms";
        if (!reached.certificate_end) {
            line.detail += ", without TLS";
            return finding;
        }
        line.detail += ", its certificate is valid until " + fhir_timestamp(*reached.certificate_end);
        if (*reached.certificate_end - now < soon) {
            line.verdict = Verdict::warning;
            line.advice =
                "whoever runs that server must renew its certificate: when it ends, everything waits";
        }
    } catch (const http::Error& error) {
        line.verdict = Verdict::failed;
        line.detail += ": " + std::string(words_of(error.cause));
        line.advice = remedy_of(error.cause);
        finding.exit_code = error.cause == http::Cause::no_ca_file ? 78 : 69;
    }
    return finding;
}

} // namespace efaxd::app
