// Telephone numbers, timestamps and base64.
#include "fuzz/fuzz.hpp"

#include "efaxd/core/base64.hpp"
#include "efaxd/core/phone_number.hpp"
#include "efaxd/core/timestamp.hpp"

#include <optional>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

void try_numbers(std::string_view given) {
    for (const std::string_view country : {"", "1", "49", "353"}) {
        const auto number = e164(given, country);
        if (!number)
            continue;
        must(fuzz::is_e164(*number), "a number is + and 8 to 15 digits");
        must(!number->starts_with("+1") || number->size() == 12, "a North American number is whole");
        must(e164(*number, country) == number, "a number stays as it is");
        must(tidy_number(*number) == *number, "a number is tidy");
        must(same_line(*number, *number), "a number is its own line");
    }
    const std::string tidy = tidy_number(given);
    must(tidy_number(tidy) == tidy, "a tidy number stays as it is");
    must(tidy.size() <= 21, "a tidy number is short");
    if (!tidy.empty())
        must(same_line(given, tidy), "tidying keeps the line");
}

void try_timestamps(std::string_view given) {
    const auto read = read_timestamp(given);
    if (!read)
        return;
    const auto again = read_timestamp(precise_timestamp(read->instant));
    must(again && again->instant == read->instant && !again->zone_missing, "a timestamp can be read again");
    const auto coarse = read_timestamp(fhir_timestamp(read->instant));
    must(coarse && coarse->instant <= read->instant &&
             read->instant - coarse->instant < std::chrono::seconds{1},
         "FHIR's timestamp is the same second");
}

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

void try_base64(std::string_view given) {
    const auto whole = decoded(given, given.size() + 1);
    for (const std::size_t piece : {1u, 3u, 7u})
        must(decoded(given, piece) == whole, "base64 decodes to the same however it arrives");
    if (whole) {
        std::string dense(given);
        std::erase_if(dense, [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
        must(base64(*whole) == dense, "only one text is the base64 of some bytes");
    }
    must(decoded(base64(given), 5) == given, "base64 gives back what went in");
    const std::string for_urls = base64url(given);
    must(for_urls.find_first_of("+/=") == for_urls.npos, "base64url needs no escapes");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto input = fuzz::text_of(bytes, size);
    try_numbers(input);
    try_timestamps(input);
    try_base64(input);
    return 0;
}
