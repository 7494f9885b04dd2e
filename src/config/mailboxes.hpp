// Which mailboxes a project has.
#pragma once

#include "config/config.hpp"
#include "config/section.hpp"

namespace efaxd::config {

/// A user ID of two owners is an error, and so is an owner listed twice without telling its user IDs apart.
void read_mailboxes(Section box, Mailboxes& mailboxes);

} // namespace efaxd::config
