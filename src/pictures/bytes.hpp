// Numbers out of bytes that may not be there.
#pragma once

#include "pictures/image.hpp"

#include <cstdint>
#include <string_view>

namespace efaxd::pictures {

/// The part of `bytes` that begins at `place`; throws Unconvertible if it is not all there.
inline std::string_view part(std::string_view bytes, std::size_t place, std::size_t length) {
    if (place > bytes.size() || length > bytes.size() - place)
        throw Unconvertible();
    return bytes.substr(place, length);
}

/// A number of `length` bytes, most significant first.
inline std::uint32_t big_number(std::string_view bytes, std::size_t place, std::size_t length) {
    std::uint32_t number = 0;
    for (const char byte : part(bytes, place, length))
        number = number << 8 | static_cast<unsigned char>(byte);
    return number;
}

/// The same, least significant first.
inline std::uint32_t little_number(std::string_view bytes, std::size_t place, std::size_t length) {
    const std::string_view digits = part(bytes, place, length);
    std::uint32_t number = 0;
    for (std::size_t at = length; at > 0; --at)
        number = number << 8 | static_cast<unsigned char>(digits[at - 1]);
    return number;
}

} // namespace efaxd::pictures
