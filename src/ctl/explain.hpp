// `efaxctl explain`: works without a daemon.
#pragma once

#include "ctl/commands.hpp"

namespace efaxd::ctl {

/// One code, or without one a line for each there is. Throws Usage for a code that is none.
int explain(Desk& desk, const Arguments& arguments);

} // namespace efaxd::ctl
