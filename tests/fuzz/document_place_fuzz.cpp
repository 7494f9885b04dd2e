// The URL of a document to be sent, which anybody may have written: where is it fetched from, and with whose
// token?
#include "fuzz/fuzz.hpp"
#include "fuzz/urls.hpp"

#include "efaxd/core/refusal.hpp"
#include "fhir/document_place.hpp"
#include "http/url.hpp"

#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

void try_document(const std::string& given, std::string_view base) {
    const fhir::DocumentPlaces places(std::string(base), {"files.example.org", "[2001:db8::1]:8443"});
    OutboundDocument document;
    document.url = given;
    using Kind = fhir::DocumentPlace::Kind;
    try {
        const auto place = places.of(document);
        if (place.kind == Kind::ours)
            fuzz::check_on_origin(std::string(base) + "/" + place.path, base);
        if (place.kind == Kind::beside) {
            fuzz::check_on_origin(place.url, base);
            must(!fuzz::climbs(place.url.substr(base.find("//"))), "a URL does not climb");
        }
        if (place.kind == Kind::elsewhere) {
            const auto url = http::parse_url(place.url);
            must(fuzz::is_plain_url(place.url) && url && http::acceptable(*url) &&
                     (url->host == "files.example.org" || url->host == "2001:db8::1"),
                 "a document is fetched from a host that is listed");
        }
    } catch (const Refusal& refusal) {
        must(refusal.status == 422 && fuzz::is_printable_ascii(refusal.what()), "a refusal is ours");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string given(fuzz::text_of(bytes, size));
    try_document(given, fuzz::base_for(given));
    return 0;
}
