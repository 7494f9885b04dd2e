#include "sandbox/pictures.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace efaxd::sandbox {

namespace {

constexpr std::uint32_t grey_width = 816;
constexpr std::uint32_t grey_height = 1056;

void put_little(std::string& text, std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
        text += static_cast<char>((value >> (8 * i)) & 0xffu);
}

void put_big(std::string& text, std::uint32_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i)
        text += static_cast<char>((value >> (8 * i)) & 0xffu);
}

// ---- TIFF

constexpr std::uint32_t fax_width = 1728;
constexpr std::uint32_t fax_height = 2200;

/// Writes rows that are all white or all black, in T.6.
class Group4 {
  public:
    void row(bool black) {
        if (black == black_)
            bits(black ? "11" : "1"); // V0 for each change: a black row begins and ends with one
        else if (black)
            bits("001"
                 "00110101"
                 "0000001100101"
                 "0000110111"); // horizontal: 0 white, 1728 and 0 black
        else
            bits("001"
                 "010011011"
                 "00110101"
                 "0000110111"); // horizontal: 1728 and 0 white, 0 black
        black_ = black;
    }

    std::string finish() {
        bits("000000000001"
             "000000000001");
        while (used_ != 0)
            bits("0");
        return std::move(bytes_);
    }

  private:
    void bits(std::string_view text) {
        for (const char bit : text) {
            if (used_ == 0)
                bytes_ += '\0';
            if (bit == '1')
                bytes_.back() =
                    static_cast<char>(static_cast<unsigned char>(bytes_.back()) | (0x80u >> used_));
            used_ = (used_ + 1) % 8;
        }
    }

    std::string bytes_;
    unsigned used_ = 0;
    bool black_ = false;
};

std::string barred_page(int number) {
    constexpr std::uint32_t bar = 25; // rows of a bar, and of the gap before it
    const auto bars = static_cast<std::uint32_t>(std::clamp(number, 0, 40));
    Group4 code;
    for (std::uint32_t row = 0; row < fax_height; ++row)
        code.row(row < 2 * bar * bars && row % (2 * bar) >= bar);
    return code.finish();
}

void put_tag(std::string& text, std::uint16_t tag, std::uint16_t type, std::uint32_t value) {
    put_little(text, tag, 2);
    put_little(text, type, 2);
    put_little(text, 1, 4);
    put_little(text, value, 4);
}

constexpr std::uint32_t tags = 14;
constexpr std::uint32_t directory_bytes = 2 + tags * 12 + 4 + 2 * 8; // the two resolutions stand behind it

void put_directory(std::string& text, std::uint32_t strip, std::uint32_t strip_bytes, std::uint32_t next) {
    constexpr std::uint16_t short_type = 3;
    constexpr std::uint16_t long_type = 4;
    constexpr std::uint16_t rational_type = 5;
    const auto resolutions = static_cast<std::uint32_t>(text.size()) + directory_bytes - 2 * 8;
    put_little(text, tags, 2);
    put_tag(text, 254, long_type, 2); // one page of several
    put_tag(text, 256, long_type, fax_width);
    put_tag(text, 257, long_type, fax_height);
    put_tag(text, 258, short_type, 1); // bits of a sample
    put_tag(text, 259, short_type, 4); // Group 4
    put_tag(text, 262, short_type, 0); // white is zero
    put_tag(text, 266, short_type, 1); // the highest bit comes first
    put_tag(text, 273, long_type, strip);
    put_tag(text, 277, short_type, 1); // samples of a dot
    put_tag(text, 278, long_type, fax_height);
    put_tag(text, 279, long_type, strip_bytes);
    put_tag(text, 282, rational_type, resolutions);
    put_tag(text, 283, rational_type, resolutions + 8);
    put_tag(text, 296, short_type, 2); // to the inch
    put_little(text, next, 4);
    for (const std::uint32_t value : {204u, 1u, 196u, 1u})
        put_little(text, value, 4);
}

// ---- PNG

std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t crc = 0xffffffffu;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1u) != 0 ? 0xedb88320u : 0u);
    }
    return ~crc;
}

std::uint32_t adler32(std::string_view bytes) {
    std::uint32_t one = 1;
    std::uint32_t two = 0;
    for (const char c : bytes) {
        one = (one + static_cast<unsigned char>(c)) % 65'521;
        two = (two + one) % 65'521;
    }
    return two << 16 | one;
}

void put_chunk(std::string& png, std::string_view type, std::string_view data) {
    put_big(png, static_cast<std::uint32_t>(data.size()), 4);
    const std::string body = std::string{type} + std::string{data};
    png += body;
    put_big(png, crc32(body), 4);
}

/// A zlib stream that is not compressed.
std::string stored(std::string_view bytes) {
    std::string text{"\x78\x01", 2};
    for (std::string_view rest = bytes; !rest.empty();) {
        const auto piece = rest.substr(0, 0xffff);
        rest.remove_prefix(piece.size());
        text += rest.empty() ? '\1' : '\0';
        put_little(text, static_cast<std::uint32_t>(piece.size()), 2);
        put_little(text, static_cast<std::uint32_t>(~piece.size() & 0xffffu), 2);
        text += piece;
    }
    put_big(text, adler32(bytes), 4);
    return text;
}

// ---- JPEG

void put_segment(std::string& jpeg, unsigned char marker, std::string_view data) {
    jpeg += '\xff';
    jpeg += static_cast<char>(marker);
    put_big(jpeg, static_cast<std::uint32_t>(data.size() + 2), 2);
    jpeg += data;
}

/// A Huffman table of one code, `0`, that means `0`.
std::string one_code(char table) {
    std::string data{table};
    data += '\1';
    data.append(15 + 1, '\0');
    return data;
}

} // namespace

std::string barred_tiff(int pages, int first_page) {
    std::string text{"II*\0", 4};
    put_little(text, 8, 4);
    for (int page = 0; page < pages; ++page) {
        const std::string strip = barred_page(first_page + page);
        const auto place = static_cast<std::uint32_t>(text.size()) + directory_bytes;
        const auto end = place + static_cast<std::uint32_t>(strip.size() + strip.size() % 2);
        put_directory(text, place, static_cast<std::uint32_t>(strip.size()), page + 1 < pages ? end : 0);
        text += strip;
        text.append(strip.size() % 2, '\0'); // directories begin at even places
    }
    return text;
}

int count_tiff_pages(std::string_view tiff) {
    const auto little = [&](std::uint64_t at, unsigned bytes) {
        std::uint32_t value = 0;
        for (unsigned i = 0; i < bytes && at + i < tiff.size(); ++i)
            value |= static_cast<std::uint32_t>(static_cast<unsigned char>(tiff[at + i])) << (8 * i);
        return value;
    };
    if (!tiff.starts_with(std::string_view{"II*\0", 4}))
        return 0;
    int pages = 0;
    for (std::uint32_t at = little(4, 4); at != 0 && at < tiff.size() && pages < 100'000; ++pages)
        at = little(std::uint64_t{at} + 2 + std::uint64_t{12} * little(at, 2), 4);
    return pages;
}

std::string grey_png(std::string_view text) {
    std::string png{"\x89PNG\r\n\x1a\n"};
    std::string header;
    put_big(header, grey_width, 4);
    put_big(header, grey_height, 4);
    header += std::string_view{"\1\0\0\0\0", 5}; // one bit a dot, grey, not interlaced
    put_chunk(png, "IHDR", header);
    put_chunk(png, "tEXt", std::string{"Comment"} + '\0' + std::string{text});
    std::string row(1 + grey_width / 8, '\x55'); // every second dot is black
    row.front() = '\0';
    std::string rows;
    for (std::uint32_t i = 0; i < grey_height; ++i)
        rows += row;
    put_chunk(png, "IDAT", stored(rows));
    put_chunk(png, "IEND", {});
    return png;
}

std::string grey_jpeg(std::string_view text) {
    std::string jpeg{"\xff\xd8"};
    put_segment(jpeg, 0xe0, {"JFIF\0\1\1\1\0\x60\0\x60\0\0", 14}); // 96 dots to the inch
    put_segment(jpeg, 0xfe, text.substr(0, 1000));
    put_segment(jpeg, 0xdb, std::string(1, '\0') + std::string(64, '\1'));
    std::string frame{"\x8"};
    put_big(frame, grey_height, 2);
    put_big(frame, grey_width, 2);
    frame += std::string_view{"\1\1\x11\0", 4}; // one component
    put_segment(jpeg, 0xc0, frame);
    put_segment(jpeg, 0xc4, one_code('\0'));
    put_segment(jpeg, 0xc4, one_code('\x10'));
    put_segment(jpeg, 0xda, {"\1\1\0\0\x3f\0", 6});
    jpeg.append(grey_width / 8 * (grey_height / 8) * 2 / 8, '\0'); // two bits a block: nothing but grey
    jpeg += "\xff\xd9";
    return jpeg;
}

} // namespace efaxd::sandbox
