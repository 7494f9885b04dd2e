// The single words of the configuration: URLs, hosts, addresses and durations.
#include "fuzz/fuzz.hpp"

#include "config/duration.hpp"
#include "config/listen.hpp"
#include "config/url.hpp"
#include "http/url.hpp"

#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

void try_urls(std::string_view given) {
    if (config::is_url(given)) {
        const auto url = http::parse_url(given);
        must(url && http::acceptable(*url), "a URL of the file can be spoken to");
        must(url->path.find_first_of("?#") == url->path.npos, "a URL of the file has no query");
        must(fuzz::is_printable_ascii(given), "a URL of the file is printable");
    }
    if (config::is_proxy(given))
        must(http::parse_url(given).has_value(), "a proxy of the file is a URL");
    if (config::is_host(given))
        must(http::parse_url("https://" + std::string(given) + "/").has_value(),
             "a host of the file can stand in a URL");
}

void try_rest(std::string_view given) {
    if (const auto duration = config::parse_duration(given)) {
        must(duration->count() >= 0, "no duration is negative");
        must(config::parse_duration(config::text_of(*duration)) == duration ||
                 duration->count() > 9'999'999'999,
             "a duration can be written and read");
    }
    if (const auto listen = config::parse_listen(given))
        must(!listen->address.empty() && listen->port >= 0 && listen->port <= 65535, "a door has an address");
    if (const auto port = config::parse_port(given))
        must(std::to_string(*port) == given, "a port is spelled in one way");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto given = fuzz::text_of(bytes, size);
    try_urls(given);
    try_rest(given);
    return 0;
}
