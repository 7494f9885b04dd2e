// What the daemon and efaxd-convert say to each other.
#pragma once

#include <array>
#include <cstdint>

/// Pictures travel to the converter in frames. Each begins with a number of 32 bits, most significant byte
/// first: `next_picture`, `the_end`, or a count of 1 … `most_bytes` that is followed by so many bytes of the
/// picture. A stream begins with `next_picture` and ends with `the_end`; one that ends before was cut, and is
/// nobody's picture. The converter reads it all before it writes: then the PDF, and nothing else.
namespace efaxd::frames {

inline constexpr std::uint32_t next_picture = 0;
inline constexpr std::uint32_t the_end = 0xffffffff;
inline constexpr std::uint32_t most_bytes = 1u << 20;

/// How efaxd-convert ends.
inline constexpr int converted = 0;
inline constexpr int unconvertible = 65; ///< a picture is damaged, of an unknown kind or beyond the limits
inline constexpr int failed = 70;        ///< everything else

using Head = std::array<unsigned char, 4>;

constexpr Head head_of(std::uint32_t number) {
    return {static_cast<unsigned char>(number >> 24), static_cast<unsigned char>(number >> 16),
            static_cast<unsigned char>(number >> 8), static_cast<unsigned char>(number)};
}

constexpr std::uint32_t number_of(const Head& head) {
    return std::uint32_t{head[0]} << 24 | std::uint32_t{head[1]} << 16 | std::uint32_t{head[2]} << 8 |
           std::uint32_t{head[3]};
}

} // namespace efaxd::frames
