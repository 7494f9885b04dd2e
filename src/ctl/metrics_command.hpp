// The figures for Prometheus, for a machine on which nothing may listen on TCP.
#pragma once

#include "ctl/commands.hpp"

namespace efaxd::ctl {

/// Prints them; or writes them whole to a file for node_exporter's textfile collector, which others may read,
/// by renaming. When the daemon cannot be reached the file is removed, so that no old figures stay.
int metrics(Desk& desk, const Arguments& arguments);

} // namespace efaxd::ctl
