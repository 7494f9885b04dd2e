// The body that a FHIR operation is called with.
#include "fuzz/fuzz.hpp"

#include "efaxd/core/refusal.hpp"
#include "serve/fhir_answers.hpp"
#include "json/value.hpp"

#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace efaxd;
    using fuzz::must;
    try {
        const std::string input = serve::read_input(fuzz::text_of(bytes, size), "Communication");
        const auto document = json::Document::parse(input);
        must(document.root().is_object(), "an operation's input is an object");
        must(input == "{}" || document.root()["resourceType"].text() == "Communication",
             "an operation's input is of its type");
    } catch (const Refusal& refusal) {
        must(refusal.status == 400 && fuzz::is_printable_ascii(refusal.what()),
             "a bad body is a bad request");
    }
    return 0;
}
