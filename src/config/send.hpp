// How a project sends.
#pragma once

#include "config/config.hpp"
#include "config/section.hpp"

namespace efaxd::config {

void read_send(Section box, Send& send);

} // namespace efaxd::config
