// Text within strings that no JSON may hold, and strings that are too long to be kept.
#include "fuzz/fuzz.hpp"

#include "json/abridged.hpp"
#include "json/mend.hpp"
#include "json/value.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace {

using namespace efaxd;
using fuzz::must;

bool parses(const std::string& text) {
    try {
        json::Document::parse(text);
        return true;
    } catch (const json::ParseError&) {
        return false;
    }
}

std::string abridged(std::string_view text, std::size_t piece) {
    json::Abridged abridged(1u << 20, 16);
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
        abridged.feed(text.substr(0, piece));
    return abridged.take();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string text(fuzz::text_of(bytes, size));
    const bool was_fine = parses(text);
    std::string mended = text;
    json::mend_strings(mended);
    must(mended.size() == text.size(), "the length stays");
    must(!was_fine || parses(mended), "what parses goes on to");
    std::string again = mended;
    json::mend_strings(again);
    must(again == mended, "nothing is left to mend");

    const std::string whole = abridged(text, text.size() + 1);
    must(whole.size() <= text.size(), "nothing is added");
    must(abridged(text, 1) == whole && abridged(text, 7) == whole, "the pieces make no difference");
    must(!was_fine || parses(whole), "what is left parses");
    return 0;
}
