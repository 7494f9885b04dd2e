// All chance of a simulation comes from one seed.
#pragma once

#include "efaxd/core/instant.hpp"

#include <cstddef>
#include <cstdint>

namespace efaxd::simulation {

/// splitmix64: the same seed gives the same numbers on every machine.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    std::size_t below(std::size_t end) { return static_cast<std::size_t>(next() % end); }
    bool chance(double probability) { return static_cast<double>(next() >> 11) * 0x1.0p-53 < probability; }
    Duration between(Duration least, Duration most) {
        const auto span = static_cast<std::uint64_t>((most - least).count());
        return least + Duration{static_cast<std::int64_t>(next() % (span + 1))};
    }
    template <class Range>
    auto& one_of(Range& range) {
        return range[below(range.size())];
    }
    /// A stream of its own, so that a change in one place leaves the numbers of the others as they were.
    Dice split() { return Dice(next()); }

  private:
    std::uint64_t state_;
};

} // namespace efaxd::simulation
