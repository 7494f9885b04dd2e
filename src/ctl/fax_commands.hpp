// Which faxes are meant.
#pragma once

#include "ctl/commands.hpp"

namespace efaxd::ctl {

/// `faxes`: by default what is not settled.
int list_faxes(Desk& desk, const Arguments& arguments);

/// `/faxes/PROJECT/ID` for `project/faxid`, or for a bare fax id whichever project has it. Throws Usage when
/// the fax id has not the form of one, when no project has it or several have.
std::string fax_path(Desk& desk, const std::string& name);

} // namespace efaxd::ctl
