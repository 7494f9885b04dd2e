#include "pictures/png.hpp"

#include "pictures/bytes.hpp"

#include <png.h>

#include <memory>

namespace efaxd::pictures {
namespace {

constexpr double metres_per_inch = 0.0254;
constexpr std::string_view signature = "\x89PNG\r\n\x1a\n";

/// The chunk pHYs tells it, before the first of pixels; libpng's simple reader does not.
Density density_of(std::string_view bytes) {
    constexpr std::size_t frame = 12; // length, name, check sum
    for (std::size_t at = signature.size(); at + frame <= bytes.size();) {
        const std::uint32_t length = big_number(bytes, at, 4);
        const std::string_view name = part(bytes, at + 4, 4);
        if (name == "IDAT")
            break;
        if (name == "pHYs" && length == 9) {
            const bool per_metre = big_number(bytes, at + 16, 1) == 1;
            const double scale = per_metre ? metres_per_inch : 1;
            return {scale * big_number(bytes, at + 8, 4), scale * big_number(bytes, at + 12, 4), per_metre};
        }
        at += frame + length;
    }
    return {};
}

/// libpng's simple reader, which returns from its errors and prints none.
class Reader {
  public:
    explicit Reader(std::string_view bytes) {
        image_.version = PNG_IMAGE_VERSION;
        if (png_image_begin_read_from_memory(&image_, bytes.data(), bytes.size()) == 0)
            throw Unconvertible();
    }
    ~Reader() { png_image_free(&image_); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    std::uint32_t width() const { return image_.width; }
    std::uint32_t height() const { return image_.height; }

    void read(std::uint8_t* colours) {
        if ((image_.format & PNG_FORMAT_FLAG_LINEAR) != 0) // 16 bits: as bright as 8 bits would be
            image_.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
        image_.format = PNG_FORMAT_RGB;
        const png_color white{255, 255, 255};
        if (png_image_finish_read(&image_, &white, colours, 0, nullptr) == 0)
            throw Unconvertible();
    }

  private:
    png_image image_{};
};

} // namespace

bool is_png(std::string_view bytes) { return bytes.starts_with(signature); }

void read_png(std::string_view bytes, const Pages& pages) {
    Reader reader(bytes);
    PageFacts page;
    page.width = reader.width();
    page.height = reader.height();
    check_size(page.width, page.height);
    page.density = density_of(bytes);
    const std::size_t size = std::size_t{page.width} * page.height * 3;
    const auto colours = std::make_unique_for_overwrite<std::uint8_t[]>(size);
    reader.read(colours.get());
    hand_over_colours(page, {colours.get(), size}, pages);
}

} // namespace efaxd::pictures
