// Ids, as parts of paths and searches.
#include "fuzz/fuzz.hpp"
#include "fuzz/urls.hpp"

#include "efax/wire.hpp"
#include "efaxd/core/fax.hpp"
#include "fhir/own_path.hpp"
#include "fhir/resource.hpp"
#include "fhir/search_text.hpp"
#include "http/url.hpp"

#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

void try_ids(std::string_view given) {
    const bool id = fhir::is_id(given);
    if (id) {
        must(http::encode(given) == given && !fuzz::climbs(given), "an id is a segment as it is");
        must(fhir::own_path("Binary/" + std::string(given), fuzz::base_for("")).has_value(),
             "an id has a path");
    }
    if (const auto fax_id = clean_fax_id(given)) {
        must(clean_fax_id(*fax_id) == fax_id && http::encode(*fax_id) == *fax_id, "a fax id is clean");
        must(efax::fax_path(given) == "/faxes/" + std::string(given), "a fax's path is its id");
    }
    http::Reply reply;
    reply.headers = {{"location", std::string(given)}};
    const auto created = fhir::created_id(reply, {}, "Binary");
    must(created.empty() || fhir::is_id(created), "what was created has an id, or none");
    for (const auto& query : {fhir::token("https://efax.com", given), fhir::fax_query(given, {})})
        must(fuzz::is_plain_url(query) && query.find('&') == query.npos && query.find('?') == query.npos,
             "a search is one parameter whatever is searched for");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    try_ids(fuzz::text_of(bytes, size));
    return 0;
}
