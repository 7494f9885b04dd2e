#include "pictures/convert.hpp"

#include "pictures/jpeg.hpp"
#include "pictures/png.hpp"
#include "pictures/tiff.hpp"

namespace efaxd::pictures {
namespace {

void read(std::string_view bytes, const Pages& pages) {
    if (is_tiff(bytes))
        return read_tiff(bytes, pages);
    if (is_jpeg(bytes))
        return read_jpeg(bytes, pages);
    if (is_png(bytes))
        return read_png(bytes, pages);
    throw Unconvertible();
}

} // namespace

void convert(std::span<const std::string_view> pictures, const Sink& sink) {
    PdfWriter writer(sink);
    for (const std::string_view picture : pictures)
        read(picture, [&](const Image& page) { writer.add(page); });
    writer.finish();
}

} // namespace efaxd::pictures
