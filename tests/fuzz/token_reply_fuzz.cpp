// What a FHIR server's token endpoint answers.
#include "fuzz/fuzz.hpp"

#include "efaxd/core/fault.hpp"
#include "fhir/token_reply.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace efaxd;
    using fuzz::must;
    http::Reply reply;
    reply.status = 200;
    reply.body = fuzz::text_of(bytes, size);
    try {
        const auto token = fhir::read_token(reply);
        must(fhir::fits_a_header(token.value) && fuzz::is_printable_ascii(token.value) &&
                 token.value.find(' ') == token.value.npos,
             "a token is one word");
        must(token.lifetime > std::chrono::seconds{0} && token.lifetime <= std::chrono::hours{24},
             "a token lives for a while");
    } catch (const Fault& fault) {
        must(fault.reason == "fhir.bad_reply" && fuzz::is_printable_ascii(fault.what()),
             "a fault tells nothing of the reply");
    }
    return 0;
}
