// What a FHIR server or whatever stands before it answers with an error: an OperationOutcome, or any page.
#include "fuzz/fuzz.hpp"

#include "fhir/outcome.hpp"
#include "fhir/token_reply.hpp"

#include <algorithm>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace efaxd;
    using fuzz::must;
    // A copy that goes at once: what is told of the body may not point into it.
    std::string body(fuzz::text_of(bytes, size));
    const auto outcome = fhir::read_outcome(body);
    const auto error = fhir::token_error(body);
    std::ranges::fill(body, '\xff');
    const auto word = [](char c) { return (c >= 'a' && c <= 'z') || c == '-' || c == '_'; };
    must(outcome.code.size() <= 20 && std::ranges::all_of(outcome.code, word), "a code is one of FHIR's");
    must(error.size() <= 30 && std::ranges::all_of(error, word), "an error is one of OAuth's");
    must(!outcome.resets || (outcome.resets->count() >= 0 && *outcome.resets <= std::chrono::hours{1}),
         "a rate limit ends within an hour");
    return 0;
}
