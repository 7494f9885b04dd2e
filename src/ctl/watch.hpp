// `watch`: what happens, as it happens.
#pragma once

#include "ctl/commands.hpp"

namespace efaxd::ctl {

/// Goes on after a restart of the daemon; ends when it cannot be reached at the start, refuses, or nobody
/// reads the output any more.
int watch(Desk& desk, const Arguments& arguments);

} // namespace efaxd::ctl
