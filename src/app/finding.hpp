// One line of the connectivity test.
#pragma once

#include "serve/answers.hpp"

namespace efaxd::app {

/// What was tried, what came of it, and the exit code it calls for: 0, 69 unreachable, 73 state, 77 refused,
/// 78 configuration.
struct Finding {
    serve::CheckLine line;
    int exit_code = 0;
};

} // namespace efaxd::app
