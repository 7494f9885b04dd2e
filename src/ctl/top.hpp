// `top`: a live view on the whole terminal.
#pragma once

#include "ctl/commands.hpp"

namespace efaxd::ctl {

/// Until it is left by a key, a signal or the end of the terminal, which then is as before. Throws Usage
/// without a terminal.
int top(Desk& desk, const Arguments& arguments);

} // namespace efaxd::ctl
