// What senders attach as pictures.
#include "fuzz/fuzz.hpp"

#include "pictures/convert.hpp"

#include <span>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace efaxd;
    const std::string_view picture = fuzz::text_of(bytes, size);
    std::string pdf;
    try {
        pictures::convert(std::span(&picture, 1), [&](std::string_view piece) { pdf += piece; });
    } catch (const pictures::Unconvertible&) {
        return 0;
    }
    fuzz::must(pdf.starts_with("%PDF-") && pdf.ends_with("%%EOF\n"), "a converted picture is a whole PDF");
    return 0;
}
