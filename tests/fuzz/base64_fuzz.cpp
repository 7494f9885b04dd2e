// Base64, as documents travel in it.
#include "fuzz/fuzz.hpp"

#include "efaxd/core/base64.hpp"

#include <optional>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

/// What the text decodes to; nothing if it is no base64.
std::optional<std::string> decoded(std::string_view text, std::size_t piece) {
    Base64Decoder decoder;
    std::string bytes;
    try {
        fuzz::in_pieces(text, piece, [&](std::string_view one) { decoder.feed(one, bytes); });
        decoder.finish();
        return bytes;
    } catch (const Base64Error&) {
        return std::nullopt;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto given = fuzz::text_of(bytes, size);
    const auto whole = decoded(given, given.size() + 1);
    must(decoded(given, 1 + size % 7) == whole, "base64 decodes to the same however it arrives");
    if (whole) {
        std::string dense(given);
        std::erase_if(dense, [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
        must(base64(*whole) == dense, "only one text is the base64 of some bytes");
    }
    must(decoded(base64(given), 5) == given, "base64 gives back what went in");
    must(base64url(given).find_first_of("+/=") == std::string::npos, "base64url needs no escapes");
    return 0;
}
