// Outbound faxes: which are meant, and what a person decides about them.
#pragma once

#include "ctl/commands.hpp"

#include <functional>
#include <string>

namespace efaxd::ctl {

/// `transmissions`: by default the open ones, that is, waiting or held.
int list_transmissions(Desk& desk, const Arguments& arguments);
int show_transmission(Desk& desk, const Arguments& arguments);

int cancel(Desk& desk, const Arguments& arguments);
int confirm(Desk& desk, const Arguments& arguments);
/// Throws Usage unless the caller says that he knows what may come of it.
int resend(Desk& desk, const Arguments& arguments);

/// `project:communication:recipient`, told from the id of a received fax by its two colons.
bool names_transmission(const std::string& name);

/// Calls `then` with `/transmissions/ID` and returns its exit code. `name` is
/// `project:communication:recipient`; or `communication` or `communication:recipient`, if there is only one
/// such in all projects. Throws Usage when it has not the form of one, when there is none or there are
/// several.
int on_transmission(Desk& desk, const std::string& name,
                    const std::function<int(const std::string& path)>& then);

} // namespace efaxd::ctl
