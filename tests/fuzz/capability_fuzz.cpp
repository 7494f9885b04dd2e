// What a FHIR server says of itself: the CapabilityStatement and SMART's configuration.
#include "fuzz/fuzz.hpp"

#include "efaxd/core/fault.hpp"
#include "fhir/capability.hpp"
#include "fhir/resource.hpp"

#include <optional>

namespace {

using namespace efaxd;
using fuzz::must;

std::optional<json::Document> statement_in(std::string_view body) {
    try {
        return fhir::read_resource(std::string(body), "CapabilityStatement");
    } catch (const Fault& fault) {
        must(fault.reason == "fhir.bad_reply" && fuzz::is_printable_ascii(fault.what()),
             "a fault tells nothing of the reply");
        return std::nullopt;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto body = fuzz::text_of(bytes, size);
    must(fhir::smart_token_url(body).size() <= size, "a URL comes from the body");
    const auto statement = statement_in(body);
    if (!statement)
        return 0;
    const auto capabilities = fhir::capabilities_of(statement->root());
    must(capabilities.fhir_version.size() <= 80 && capabilities.software.size() <= 80, "names are short");
    must(fhir::token_url_of(statement->root()).size() <= size, "a URL comes from the body");
    return 0;
}
