// Chance that comes out the same for the same seed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace efaxd::sandbox {

/// One step of SplitMix64: spreads any number over all 64 bits.
constexpr std::uint64_t scatter(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15u;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

/// A number that stands for a text (FNV-1a, scattered).
constexpr std::uint64_t number_of(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return scatter(hash);
}

/// Used by one thread at a time. Fits the standard's algorithms.
class Dice {
  public:
    using result_type = std::uint64_t;

    explicit Dice(std::uint64_t seed) : state_(seed) {}

    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return UINT64_MAX; }
    result_type operator()() { return scatter(state_++); }

    /// In [0, 1).
    double fraction() { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }

  private:
    std::uint64_t state_;
};

/// `8-4-4-4-12` hexadecimal digits in lower case, version 4 by its look.
std::string uuid_of(std::uint64_t seed, std::uint64_t number);

} // namespace efaxd::sandbox
