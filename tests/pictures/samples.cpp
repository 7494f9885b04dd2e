#include "pictures/samples.hpp"

#include "pictures/tiff_memory.hpp"

#include <array>
#include <cstring>
#include <stdexcept>

namespace efaxd::pictures {
namespace {

void expect(bool good, const char* what) {
    if (!good)
        throw std::runtime_error(what);
}

/// Bits or bytes as they are stored.
std::vector<std::uint8_t> packed(const Sheet& sheet) {
    if (sheet.bits == 8)
        return sheet.pixels;
    const std::size_t stride = (sheet.width + 7) / 8;
    std::vector<std::uint8_t> rows(stride * sheet.height);
    for (std::uint32_t y = 0; y < sheet.height; ++y)
        for (std::uint32_t x = 0; x < sheet.width; ++x)
            if ((sheet.pixels[y * sheet.width + x] != 0) == (sheet.photometric == PHOTOMETRIC_MINISWHITE))
                rows[y * stride + x / 8] |= static_cast<std::uint8_t>(0x80u >> x % 8);
    return rows;
}

void describe(TIFF* tiff, const Sheet& sheet) {
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, sheet.width);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, sheet.height);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, sheet.components);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, sheet.bits);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, sheet.compression);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, sheet.photometric);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_FILLORDER, sheet.fill_order);
    TIFFSetField(tiff, TIFFTAG_ORIENTATION, sheet.orientation);
    if (sheet.tiled) {
        TIFFSetField(tiff, TIFFTAG_TILEWIDTH, 16u * ((sheet.width + 15) / 16));
        TIFFSetField(tiff, TIFFTAG_TILELENGTH, 16u * ((sheet.height + 15) / 16));
    } else {
        TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, std::min(sheet.rows_per_strip, sheet.height));
    }
    if (sheet.compression == COMPRESSION_CCITTFAX3)
        TIFFSetField(tiff, TIFFTAG_GROUP3OPTIONS, sheet.group3);
    if (sheet.extra_samples != 0) {
        const auto kind = static_cast<std::uint16_t>(sheet.extra_samples);
        TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &kind);
    }
    if (sheet.unit != 0) {
        TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, sheet.unit);
        TIFFSetField(tiff, TIFFTAG_XRESOLUTION, sheet.x_density);
        TIFFSetField(tiff, TIFFTAG_YRESOLUTION, sheet.y_density);
    }
}

void write_tile(TIFF* tiff, const Sheet& sheet, const std::vector<std::uint8_t>& rows) {
    std::vector<std::uint8_t> tile(static_cast<std::size_t>(TIFFTileSize(tiff)));
    const std::size_t from = rows.size() / sheet.height;
    const auto to = static_cast<std::size_t>(TIFFTileRowSize(tiff));
    for (std::uint32_t y = 0; y < sheet.height; ++y)
        std::memcpy(tile.data() + y * to, rows.data() + y * from, from);
    expect(TIFFWriteEncodedTile(tiff, 0, tile.data(), static_cast<tmsize_t>(tile.size())) > 0, "tile");
}

void write_rows(TIFF* tiff, const Sheet& sheet, std::vector<std::uint8_t>& rows) {
    const std::size_t stride = rows.size() / sheet.height;
    for (std::uint32_t y = 0; y < sheet.height; ++y)
        expect(TIFFWriteScanline(tiff, rows.data() + y * stride, y, 0) == 1, "row");
}

std::uint32_t crc_of(const std::string& bytes) {
    std::uint32_t crc = 0xffffffff;
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320u : 0u);
    }
    return ~crc;
}

std::string number(std::uint32_t value, int bytes = 4) {
    std::string text;
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
        text += static_cast<char>(value >> shift);
    return text;
}

std::string chunk(const std::string& name, const std::string& content) {
    const std::string body = name + content;
    return number(static_cast<std::uint32_t>(content.size())) + body + number(crc_of(body));
}

/// zlib's form, with nothing compressed.
std::string stored(const std::string& bytes) {
    std::string stream = "\x78\x01";
    std::uint32_t a = 1;
    std::uint32_t b = 0;
    for (const char byte : bytes) {
        a = (a + static_cast<unsigned char>(byte)) % 65521;
        b = (b + a) % 65521;
    }
    for (std::size_t at = 0; at < bytes.size(); at += 65535) {
        const std::string block = bytes.substr(at, 65535);
        const auto length = static_cast<std::uint32_t>(block.size());
        stream += at + 65535 >= bytes.size() ? '\1' : '\0';
        for (const std::uint32_t twin : {length, ~length}) {
            stream += static_cast<char>(twin);
            stream += static_cast<char>(twin >> 8);
        }
        stream += block;
    }
    return stream + number(b, 2) + number(a, 2);
}

} // namespace

Sheet fax_sheet(std::uint32_t width, std::uint32_t height) {
    Sheet sheet;
    sheet.width = width;
    sheet.height = height;
    sheet.pixels.resize(std::size_t{width} * height);
    for (std::uint32_t y = 0; y < height; ++y)
        for (std::uint32_t x = 0; x < width; ++x) // uneven runs, every row different, the last one black too
            sheet.pixels[y * width + x] = (x * x / 37 + y * 13) % 29 < 7 ? 1 : 0;
    return sheet;
}

Sheet photo_sheet(int components, std::uint32_t width, std::uint32_t height) {
    Sheet sheet;
    sheet.width = width;
    sheet.height = height;
    sheet.components = components;
    sheet.bits = 8;
    sheet.photometric = components < 3 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB;
    sheet.x_density = sheet.y_density = 100;
    for (std::uint32_t y = 0; y < height; ++y)
        for (std::uint32_t x = 0; x < width; ++x)
            for (int component = 0; component < components; ++component)
                sheet.pixels.push_back(
                    static_cast<std::uint8_t>(x + y * (1 + static_cast<unsigned>(component))));
    return sheet;
}

std::string tiff_of(const std::vector<Sheet>& sheets) {
    std::string file;
    {
        const Tiff tiff = create_tiff(file);
        for (const Sheet& sheet : sheets) {
            describe(tiff.get(), sheet);
            std::vector<std::uint8_t> rows = packed(sheet);
            if (sheet.tiled)
                write_tile(tiff.get(), sheet, rows);
            else
                write_rows(tiff.get(), sheet, rows);
            expect(TIFFWriteDirectory(tiff.get()) == 1, "directory");
        }
    }
    return file;
}

std::string png_of(const PngSpec& spec) {
    using namespace std::string_literals;
    std::string raw;
    const std::size_t stride = spec.rows.size() / spec.height;
    for (std::uint32_t y = 0; y < spec.height; ++y)
        raw += "\0"s + std::string(spec.rows.begin() + static_cast<std::ptrdiff_t>(y * stride),
                                   spec.rows.begin() + static_cast<std::ptrdiff_t>((y + 1) * stride));
    std::string png = "\x89PNG\r\n\x1a\n";
    png += chunk("IHDR", number(spec.width) + number(spec.height) + static_cast<char>(spec.bits) +
                             static_cast<char>(spec.type) + "\0\0\0"s);
    if (spec.per_metre_x != 0)
        png += chunk("pHYs", number(spec.per_metre_x) + number(spec.per_metre_y) + "\1"s);
    if (!spec.palette.empty())
        png += chunk("PLTE", spec.palette);
    if (!spec.transparency.empty())
        png += chunk("tRNS", spec.transparency);
    return png + chunk("IDAT", stored(raw)) + chunk("IEND", "");
}

std::string from_hex(std::string_view digits) {
    std::string bytes;
    for (std::size_t at = 0; at + 1 < digits.size(); at += 2)
        bytes += static_cast<char>(std::stoi(std::string(digits.substr(at, 2)), nullptr, 16));
    return bytes;
}

std::string small_jpeg() {
    return from_hex(
        "ffd8ffe000104a46494600010101006400320000ffdb0043001b12141714111b1716171e1c1b2028422b28252528513a"
        "3d3042605565645f555d5b6a7899816a7190735b5d85b586909ea3abadab6780bcc9baa6c799a8aba4ffdb0043011c1e"
        "1e2823284e2b2b4ea46e5d6ea4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4"
        "a4a4a4a4a4a4a4a4a4a4a4a4a4a4ffc00011080008001003012200021101031101ffc400150001010000000000000000"
        "0000000000000004ffc40017100100030000000000000000000000000000030561ffc400150101010000000000000000"
        "0000000000000204ffc4001811000301010000000000000000000000000002030451ffda000c03010002110311003f00"
        "8e2afc57157e0267ab032d9fa7ffd9");
}

} // namespace efaxd::pictures
