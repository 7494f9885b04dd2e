// How many faxes came in each of the last minutes, as seen from here.
#pragma once

#include "efaxd/core/instant.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace efaxd::ctl {

class Arrivals {
  public:
    static constexpr std::size_t minutes = 30;

    /// `total` is all that was ever seen; the first call only remembers it, and so does one with less than
    /// before (another ledger).
    void count(std::int64_t total, Instant now);

    std::int64_t sum() const;
    std::size_t watched() const { return watched_; } ///< minutes, at most `minutes`

    /// A character for each minute, the present one last, at most `most`; blocks, or letters of ASCII.
    std::string sparkline(std::size_t most, bool unicode) const;

  private:
    void turn_to(std::int64_t minute);

    std::array<std::int64_t, minutes> counts_{}; ///< the present one last
    std::optional<std::int64_t> total_;
    std::int64_t minute_ = 0;
    std::size_t watched_ = 0;
};

} // namespace efaxd::ctl
