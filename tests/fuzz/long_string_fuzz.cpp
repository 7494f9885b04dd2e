// JSON with one long string that is never kept whole, against the parser that keeps everything.
#include "fuzz/fuzz.hpp"

#include "json/long_string.hpp"
#include "json/value.hpp"

#include <optional>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

struct Read {
    std::string skeleton;
    std::string text;
    bool seen = false;

    bool operator==(const Read&) const = default;
};

std::optional<Read> read(std::string_view body, std::size_t piece) {
    Read read;
    try {
        json::LongString reader("data", [&](std::string_view text) { read.text += text; });
        fuzz::in_pieces(body, piece, [&](std::string_view one) { reader.feed(one); });
        read.skeleton = reader.finish();
        read.seen = reader.seen();
        return read;
    } catch (const json::ParseError&) {
        return std::nullopt;
    }
}

std::optional<json::Document> parsed(std::string_view text) {
    try {
        return json::Document::parse(text);
    } catch (const json::ParseError&) {
        return std::nullopt;
    }
}

/// The member's only value, and whether it is there just once.
std::optional<std::string_view> only(const json::Value& root) {
    std::size_t found = 0;
    for (std::size_t i = 0; root.is_object() && i < root.size(); ++i)
        found += root.name_at(i) == "data" ? 1u : 0u;
    return found == 1 ? root["data"].text() : std::nullopt;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto body = fuzz::text_of(bytes, size);
    const auto whole = read(body, size + 1);
    must(read(body, 1 + size % 5) == whole, "the same is read however it arrives");
    const auto document = parsed(body);
    if (whole && parsed(whole->skeleton)) {
        // Only what is inside the long string was not looked at: its bytes, which are no JSON if they are no
        // UTF-8. (RapidJSON does not mind.)
        must(document.has_value(), "a text with a sound skeleton is JSON");
        must(whole->seen == only(document->root()).has_value(), "the member is seen if it is there");
        must(!whole->seen || only(document->root()) == whole->text, "the text is the member's");
    }
    if (document && only(document->root()))
        must(whole.has_value() && whole->seen, "what is JSON can be read");
    return 0;
}
