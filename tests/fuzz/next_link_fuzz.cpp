// The link to the next page of a search, which is asked with our token.
#include "fuzz/fuzz.hpp"
#include "fuzz/urls.hpp"

#include "efaxd/core/fault.hpp"
#include "fhir/bundle.hpp"
#include "json/value.hpp"
#include "json/writer.hpp"

namespace {

using namespace efaxd;
using fuzz::must;

void try_next_page(const json::Value& bundle, std::string_view base) {
    try {
        const auto next = fhir::next_page(bundle, base);
        if (!next.empty())
            fuzz::check_on_origin(next, base);
    } catch (const Fault& fault) {
        must(fault.reason == "fhir.bad_reply" && fuzz::is_printable_ascii(fault.what()),
             "a fault tells nothing of the reply");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto given = fuzz::text_of(bytes, size);
    json::Writer writer;
    writer.begin_object().key("link").begin_array().begin_object();
    writer.member("relation", "next").member("url", given).end_object().end_array().end_object();
    const auto bundle = json::Document::parse(writer.take());
    try_next_page(bundle.root(), fuzz::base_for(given));
    return 0;
}
