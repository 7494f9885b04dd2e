// A thing that may happen a thousand times a second, told once a minute.
#pragma once

#include "efaxd/core/instant.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace efaxd::app {

class Occasionally {
  public:
    /// How often it has happened since it was last told, this time included; 0: not to be told now.
    std::int64_t happened(const std::string& where, Steady now) {
        Seen& seen = seen_[where];
        ++seen.times;
        if (seen.told && now - seen.last < std::chrono::minutes{1})
            return 0;
        seen.told = true;
        seen.last = now;
        return std::exchange(seen.times, 0);
    }

  private:
    struct Seen {
        bool told = false;
        Steady last{};
        std::int64_t times = 0;
    };
    std::map<std::string, Seen> seen_;
};

} // namespace efaxd::app
