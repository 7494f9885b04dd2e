// Asks the kernel what the process takes.
#pragma once

#include "efaxd/core/usage.hpp"

namespace efaxd::system {

/// Reads a few files of /proc; what cannot be read is 0.
Usage usage();

} // namespace efaxd::system
