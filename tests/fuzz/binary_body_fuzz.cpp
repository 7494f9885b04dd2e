// A document as the FHIR resource that is uploaded.
#include "fuzz/body_source.hpp"
#include "fuzz/fuzz.hpp"

#include "efaxd/core/base64.hpp"
#include "fhir/binary_body.hpp"
#include "json/value.hpp"

namespace {

using namespace efaxd;
using fuzz::must;

void try_binary(std::string_view text) {
    fuzz::Text reader(text);
    auto source = fhir::json_body(reader, "application/pdf", "b-1");
    const auto document = json::Document::parse(fuzz::read_all(source, 32 + text.size() % 97));
    must(document.root()["resourceType"].text() == "Binary" && document.root()["data"].text() == base64(text),
         "a Binary arrives");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    try_binary(fuzz::text_of(bytes, size));
    return 0;
}
