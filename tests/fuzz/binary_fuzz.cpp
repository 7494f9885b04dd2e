// A document that a Communication refers to, as it arrives: a FHIR Binary as JSON, or the bytes themselves.
// The first byte says how the rest is cut.
#include "fuzz/fuzz.hpp"

#include "efaxd/core/fault.hpp"
#include "efaxd/core/refusal.hpp"
#include "fhir/arriving_document.hpp"
#include "json/value.hpp"

#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

struct Read {
    std::string document;
    bool sound = false;
};

Read document_in(std::string_view body, const char* type, std::size_t piece) {
    http::Reply head;
    head.status = 200;
    head.headers = {{"content-type", type}};
    Read read;
    const DocumentSink sink = [&](std::string_view bytes) { read.document += bytes; };
    try {
        fhir::ArrivingDocument arriving("Communication.payload[0]", sink);
        fuzz::in_pieces(body, piece, [&](std::string_view one) { arriving.feed(head, one); });
        read.sound = arriving.finish();
    } catch (const Refusal& refusal) {
        must(refusal.reason == "send.bad_document", "a document is bad");
    } catch (const Fault& fault) {
        must(fault.reason == "fhir.bad_reply" && fuzz::is_printable_ascii(fault.what()),
             "a fault tells nothing of the reply");
    }
    return read;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0)
        return 0;
    const auto body = fuzz::text_of(bytes + 1, size - 1);
    const std::size_t piece = 1 + bytes[0] % 32u;
    const auto whole = document_in(body, "application/fhir+json", size);
    const auto pieces = document_in(body, "application/fhir+json; charset=utf-8", piece);
    must(whole.sound == pieces.sound, "a document is as sound however it arrives");
    must(!whole.sound || whole.document == pieces.document, "a document is the same however it arrives");
    if (whole.sound)
        must(json::Document::parse(body).root()["resourceType"].text() == "Binary", "it came in a Binary");
    const auto bare = document_in(body, "application/pdf", piece);
    must(bare.document == body && bare.sound == !body.empty(), "bare bytes pass as they are");
    return 0;
}
