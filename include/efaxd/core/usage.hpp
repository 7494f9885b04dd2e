// What the process takes of the machine.
#pragma once

#include "efaxd/core/instant.hpp"

#include <cstdint>

namespace efaxd {

struct Usage {
    Duration cpu{}; ///< user and system together
    std::int64_t resident_bytes = 0;
    std::int64_t virtual_bytes = 0;
    std::int64_t open_files = 0;
    std::int64_t most_files = 0;
    std::int64_t threads = 0;
};

} // namespace efaxd
