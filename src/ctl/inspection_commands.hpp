// The configuration in force, a copy of the ledger, and a verdict for a monitoring system.
#pragma once

#include "ctl/commands.hpp"

namespace efaxd::ctl {

/// `config`: every setting, its value and where it comes from.
int show_config(Desk& desk, const Arguments& arguments);

/// `backup FILE`: a new file, readable for its owner only, that is whole or not there.
int back_up(Desk& desk, const Arguments& arguments);

/// `check`: a connectivity test; with `--nagios` a look at the status instead, told as the monitoring plugins
/// of Nagios and Icinga tell it: one line, performance data, and 0, 1, 2 or 3.
int check(Desk& desk, const Arguments& arguments);

} // namespace efaxd::ctl
