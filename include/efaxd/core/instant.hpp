// Time as the whole house uses it.
#pragma once

#include <chrono>

namespace efaxd {

/// A moment of wall time, UTC, in milliseconds: for everything that is stored or compared with a server.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// A moment of the steady clock: for intervals in memory only, never stored.
using Steady = std::chrono::steady_clock::time_point;

using Duration = std::chrono::milliseconds;

} // namespace efaxd
