// Everything that happens in a simulation, as lines: their hash tells whether two runs were the same.
#pragma once

#include "efaxd/core/instant.hpp"

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace efaxd::simulation {

/// With EFAXD_JOURNAL=FILE the lines are written there as well.
class Journal {
  public:
    Journal() {
        if (const char* const file = std::getenv("EFAXD_JOURNAL"))
            file_.open(file, std::ios::trunc);
    }

    template <class... Words>
    void note(Duration now, const Words&... words) {
        line_ = std::to_string(now.count());
        ((line_ += ' ', line_ += words), ...);
        line_ += '\n';
        for (const char c : line_)
            hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 1099511628211u;
        if (file_.is_open())
            file_ << line_;
    }

    std::uint64_t hash() const { return hash_; }

  private:
    std::uint64_t hash_ = 14695981039346656037u;
    std::string line_;
    std::ofstream file_;
};

} // namespace efaxd::simulation
