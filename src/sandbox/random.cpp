#include "sandbox/random.hpp"

namespace efaxd::sandbox {

std::string uuid_of(std::uint64_t seed, std::uint64_t number) {
    static constexpr char digits[] = "0123456789abcdef";
    std::uint64_t halves[] = {scatter(seed ^ scatter(number)), scatter(scatter(seed) + number)};
    halves[0] = (halves[0] & ~0xf000ull) | 0x4000ull;
    halves[1] = (halves[1] & ~(0xc0ull << 56)) | (0x80ull << 56);
    std::string text;
    for (int nibble = 0; nibble < 32; ++nibble) {
        if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20)
            text += '-';
        text += digits[(halves[nibble / 16] >> (60 - 4 * (nibble % 16))) & 15u];
    }
    return text;
}

} // namespace efaxd::sandbox
