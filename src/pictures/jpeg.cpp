#include "pictures/jpeg.hpp"

#include "pictures/bytes.hpp"
#include "pictures/exif.hpp"

namespace efaxd::pictures {
namespace {

using namespace std::string_view_literals;

enum Marker : unsigned {
    sof_baseline = 0xc0,
    sof_progressive = 0xc2,
    huffman_tables = 0xc4,
    arithmetic_tables = 0xcc,
    sof_last = 0xcf,
    restart_first = 0xd0,
    restart_last = 0xd7,
    start_of_image = 0xd8,
    end_of_image = 0xd9,
    start_of_scan = 0xda,
    app0 = 0xe0,
    app1 = 0xe1,
    app14 = 0xee,
};

bool is_frame(unsigned marker) {
    return marker >= sof_baseline && marker <= sof_last && marker != huffman_tables &&
           marker != arithmetic_tables && marker != 0xc8;
}

/// Walks from segment to segment and gathers what the PDF must know.
class Walk {
  public:
    explicit Walk(std::string_view bytes) : bytes_(bytes) {}

    Image image() {
        at_ = 2;
        for (unsigned marker = next_marker(); marker != end_of_image; marker = next_marker()) {
            note(marker, segment());
            if (marker == start_of_scan)
                skip_scan();
        }
        if (!scanned_)
            throw Unconvertible();
        image_.inverted = adobe_ && image_.components == 4;
        image_.bytes = bytes_.substr(0, at_);
        return image_;
    }

  private:
    unsigned next_marker() {
        if (big_number(bytes_, at_, 1) != 0xff)
            throw Unconvertible();
        while (big_number(bytes_, at_, 1) == 0xff) // any number of them may come before the marker
            ++at_;
        return big_number(bytes_, at_++, 1);
    }

    std::string_view segment() {
        const std::uint32_t length = big_number(bytes_, at_, 2);
        if (length < 2)
            throw Unconvertible();
        const std::string_view content = part(bytes_, at_ + 2, length - 2);
        at_ += length;
        return content;
    }

    /// The pixels: everything up to a marker that is neither a stuffed zero nor a restart.
    void skip_scan() {
        for (;; ++at_) {
            at_ = bytes_.find('\xff', at_);
            if (at_ == bytes_.npos)
                throw Unconvertible();
            const unsigned next = big_number(bytes_, at_ + 1, 1);
            if (next != 0 && next != 0xff && (next < restart_first || next > restart_last))
                return;
        }
    }

    void note(unsigned marker, std::string_view content) {
        if (is_frame(marker))
            note_frame(marker, content);
        else if (marker == start_of_scan)
            note_scan();
        else if (marker == app0 && content.starts_with("JFIF\0"sv))
            note_density(content);
        else if (marker == app1 && content.starts_with("Exif\0\0"sv))
            image_.orientation = exif_orientation(content.substr(6));
        else if (marker == app14 && content.starts_with("Adobe"sv))
            adobe_ = true;
    }

    void note_frame(unsigned marker, std::string_view content) {
        constexpr std::uint32_t bits = 8;
        if (marker > sof_progressive || image_.width != 0 || big_number(content, 0, 1) != bits)
            throw Unconvertible();
        image_.coding = Coding::jpeg;
        image_.height = big_number(content, 1, 2);
        image_.width = big_number(content, 3, 2);
        check_size(image_.width, image_.height);
        image_.components = static_cast<int>(big_number(content, 5, 1));
        if (image_.components != 1 && image_.components != 3 && image_.components != 4)
            throw Unconvertible();
    }

    void note_scan() {
        if (image_.width == 0)
            throw Unconvertible();
        scanned_ = true;
    }

    void note_density(std::string_view content) {
        const std::uint32_t unit = big_number(content, 7, 1); // 0 ratio, 1 inch, 2 centimetre
        const double scale = unit == 2 ? 2.54 : 1;
        image_.density = {scale * big_number(content, 8, 2), scale * big_number(content, 10, 2), unit != 0};
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
    Image image_;
    bool scanned_ = false;
    bool adobe_ = false;
};

} // namespace

bool is_jpeg(std::string_view bytes) { return bytes.starts_with("\xff\xd8\xff"sv); }

void read_jpeg(std::string_view bytes, const Pages& pages) { pages(Walk(bytes).image()); }

} // namespace efaxd::pictures
