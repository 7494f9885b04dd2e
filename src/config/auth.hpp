// How we sign in to the FHIR server.
#pragma once

#include "config/config.hpp"
#include "config/section.hpp"

namespace efaxd::config {

/// Keys that do not belong to the chosen method are errors.
void read_auth(Section box, Auth& auth);

} // namespace efaxd::config
