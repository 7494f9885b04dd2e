// The reply with a fax's document: base64 within JSON that is never kept whole, or the bare document. The
// first byte says how the rest is cut as it arrives.
#include "fuzz/efax_attempt.hpp"
#include "fuzz/fuzz.hpp"

#include "efax/document_reader.hpp"
#include "efaxd/core/base64.hpp"
#include "json/value.hpp"

#include <optional>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

constexpr const char* fax_id = "0b6f7c1e-5a52-4f0e-9a61-2d1f3c9be003";
constexpr std::uint64_t most = 4096;

/// What the sink was given counts even where the reply turns out to be bad.
struct Read {
    std::string document;
    bool sound = false;

    bool operator==(const Read&) const = default;
};

/// Pieces of the sizes that the seed leads to, or all at once for 0.
Read document_in(std::string_view body, const http::Reply& head, unsigned seed) {
    Fax fax;
    fax.id = fax.listed_id = fax_id;
    Read read;
    const DocumentSink sink = [&](std::string_view bytes) { read.document += bytes; };
    const auto done = fuzz::attempt([&] {
        efax::DocumentReader reader(fax, sink, most);
        while (!body.empty()) {
            const std::size_t piece = seed == 0 ? body.size() : 1 + seed % 13;
            seed = seed * 5 / 4;
            reader.feed(head, body.substr(0, piece));
            body.remove_prefix(std::min(piece, body.size()));
        }
        reader.finish();
        return true;
    });
    must(read.document.size() <= most, "a document is bounded");
    read.sound = done.has_value();
    if (!read.sound)
        read.document.clear(); // how much came before the fault depends on the pieces
    return read;
}

/// What the same reply holds for a parser that keeps all of it.
void check_whole(std::string_view body, const Read& read) {
    const auto reply = json::Document::parse(body);
    must(base64(read.document).size() <= reply.root()["image"].text_or("").size(),
         "a document comes from the member image");
    Base64Decoder decoder;
    std::string bytes;
    decoder.feed(reply.root()["image"].text_or(""), bytes);
    decoder.finish();
    must(bytes == read.document, "a document is what the member image holds");
}

http::Reply head_with(const char* type) {
    http::Reply head;
    head.status = 200;
    head.headers = {{"content-type", type}};
    return head;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const auto json_head = head_with("application/json");
    static const auto bare_head = head_with("application/pdf");
    if (size == 0)
        return 0;
    const unsigned seed = bytes[0];
    const auto body = fuzz::text_of(bytes + 1, size - 1);
    const auto whole = document_in(body, json_head, 0);
    must(document_in(body, json_head, 1 + seed) == whole, "a document is the same however it arrives");
    if (whole.sound)
        check_whole(body, whole);
    document_in(body, bare_head, seed);
    return 0;
}
