// Keeps a warning that comes a thousand times from drowning the others.
#pragma once

#include "efaxd/log.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace efaxd::log {

/// Lines are alike if event, project, mailbox and reason are the same. Of those that are alike, 20 are
/// written in a minute, always with the first; the rest is counted. Safe from any thread.
class Repeats {
  public:
    /// What was left out of lines that are alike.
    struct LeftOut {
        Event event{};
        std::vector<Field> fields; ///< what they have in common, and `left_out`
    };

    /// Whether this line is to be written.
    bool admits(const Event& event, std::span<const Field> fields, Steady now);

    /// What was left out in minutes that are over by now; with `all`, in those that are not over too. Told
    /// once.
    std::vector<LeftOut> take_left_out(Steady now, bool all = false);

  private:
    struct Seen {
        Event event{};
        std::vector<Field> common;
        Steady since{};
        std::int64_t times = 0;
        std::int64_t left_out = 0; ///< also of earlier minutes, not told yet
    };

    std::mutex mutex_;
    std::map<std::string, Seen> seen_;
};

} // namespace efaxd::log
