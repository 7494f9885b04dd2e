// Is it a document, and of which kind? The first byte says how it is cut as it streams by.
#include "fuzz/fuzz.hpp"

#include "efaxd/core/document.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace efaxd;
    using fuzz::must;
    if (size == 0)
        return 0;
    const auto body = fuzz::text_of(bytes + 1, size - 1);
    DocumentInspector whole;
    whole.feed(body);
    DocumentInspector pieces;
    fuzz::in_pieces(body, 1 + bytes[0], [&](std::string_view one) { pieces.feed(one); });
    must(whole.size() == body.size() && pieces.size() == body.size(), "every byte counts");
    must(whole.type() == pieces.type() && whole.complaint() == pieces.complaint(),
         "a document is the same however it arrives");
    must(media_type(name_of(whole.type())) == whole.type(), "a kind of document has a name");
    must(!body.empty() || !whole.complaint().empty(), "nothing is no document");
    return 0;
}
