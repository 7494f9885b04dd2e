// The words behind a command.
#pragma once

#include "ctl/commands.hpp"

#include <cstddef>
#include <string>

namespace efaxd::ctl {

/// Throws Usage if there is any.
void take_none(const Arguments& arguments);

/// The only one; `what` names it in the complaint: `the mailbox`. Throws Usage.
const std::string& take_one(const Arguments& arguments, const std::string& what);

/// The value of `--name VALUE` or `--name=VALUE` at that place, if it stands there; `at` is moved to its last
/// word. Throws Usage if the value is missing.
bool takes(const Arguments& arguments, std::size_t& at, const std::string& name, std::string& value);

} // namespace efaxd::ctl
