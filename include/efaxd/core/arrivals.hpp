// When faxes usually come in a mailbox, learned from when they came: so that an unusual silence is noticed.
#pragma once

#include "efaxd/core/instant.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd {

/// From one moment to the next without Saturdays and Sundays (UTC); none if it would be negative.
Duration working_time(Instant from, Instant to);

/// The last 30 gaps between arrivals, in working time; what comes within an hour counts as one arrival. After
/// 20 gaps it is known what is usual: the longest of them, but for a tenth that were holidays or outages.
/// A silence is unusual after five times that, and after three working days at the least.
class Arrivals {
  public:
    void note(Instant now);

    std::optional<Instant> last() const { return last_; }
    /// How long a silence may last, in working time; nothing while too little is known.
    std::optional<Duration> patience() const;
    bool silent(Instant now) const;

    /// For the ledger: the last arrival and the gaps, as numbers with spaces between them.
    std::string text() const;
    /// What `text` gave; nothing is known by any other text.
    static Arrivals from_text(std::string_view text);

  private:
    std::optional<Instant> last_;
    std::vector<std::int32_t> gaps_; ///< minutes, oldest first
};

} // namespace efaxd
