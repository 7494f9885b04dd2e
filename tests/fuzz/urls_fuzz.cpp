// URLs and references out of resources, and what is asked of them: it stays where our token may go.
#include "fuzz/fuzz.hpp"
#include "fuzz/urls.hpp"

#include "fhir/own_path.hpp"
#include "fhir/resource.hpp"
#include "http/url.hpp"

#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

void try_parsing(std::string_view given) {
    const auto url = http::parse_url(given);
    if (!url)
        return;
    must(url->scheme == "http" || url->scheme == "https", "only the web is spoken to");
    must(url->port >= 1 && url->port <= 65535 && url->path.starts_with('/'), "a URL is whole");
    const bool six = url->host.find(':') != url->host.npos;
    const auto written = url->scheme + "://" + (six ? "[" + url->host + "]" : url->host) + ":" +
                         std::to_string(url->port) + url->path;
    const auto again = http::parse_url(written);
    must(again && http::same_origin(*again, *url) && again->path == url->path, "a URL can be written again");
}

void try_paths(std::string_view given, std::string_view base) {
    const auto path = fhir::own_path(given, base);
    if (!path)
        return;
    const std::string url = std::string(base) + "/" + *path;
    fuzz::check_on_origin(url, base);
    must(!fuzz::climbs(*path) && !path->starts_with('/'), "a path stays below the base");
    must(path->substr(0, path->find('?')).find('%') == path->npos, "a path has no escapes");
    must(fhir::own_path(*path, base) == path, "an own path is its own");
    must(fhir::own_path(url, base) == path, "and so it is when the base is named");
    const auto resource = fhir::resource_on(*path);
    must(resource.empty() || (fhir::is_local_reference(resource) && path->starts_with(resource)),
         "a resource on a path is one of ours");
}

void try_target(std::string_view given, std::string_view base) {
    const auto target = fhir::target_of(given, base);
    if (target.kind == fhir::Target::Kind::local) {
        must(fhir::is_local_reference(target.path()) && fhir::is_id(target.id), "a local target has an id");
        must(fhir::target_of(target.path(), base).path() == target.path(), "a target's path leads to it");
    }
    if (target.kind == fhir::Target::Kind::contained)
        must(fhir::is_id(target.id), "a contained resource has an id");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto given = fuzz::text_of(bytes, size);
    try_parsing(given);
    try_paths(given, fuzz::base_for(given));
    try_target(given, fuzz::base_for(given));
    return 0;
}
