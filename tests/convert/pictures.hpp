// Pictures written out by hand: this room has no library for them.
#pragma once

#include <cstdint>
#include <string>

namespace efaxd::convert {

/// An uncompressed TIFF of one bit a pixel. The strip need not be as long as width and height promise.
inline std::string plain_tiff(std::uint32_t width, std::uint32_t height, const std::string& strip) {
    const auto number = [](std::uint32_t value, int bytes) {
        std::string text;
        for (int at = 0; at < bytes; ++at)
            text += static_cast<char>(value >> at * 8);
        return text;
    };
    const auto entry = [&](std::uint32_t tag, std::uint32_t value) { // of 32 bits
        return number(tag, 2) + number(4, 2) + number(1, 4) + number(value, 4);
    };
    constexpr std::uint32_t entries = 7;
    constexpr std::uint32_t start = 8 + 2 + entries * 12 + 4;
    return "II*" + std::string(1, '\0') + number(8, 4) + number(entries, 2) + entry(256, width) +
           entry(257, height) + entry(259, 1) + entry(262, 0) + entry(273, start) + entry(278, height) +
           entry(279, static_cast<std::uint32_t>(strip.size())) + number(0, 4) + strip;
}

/// Eight pixels by eight.
inline std::string small_tiff() { return plain_tiff(8, 8, "\x81\x42\x24\x18\x18\x24\x42\x81"); }

} // namespace efaxd::convert
