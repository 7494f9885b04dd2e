// The two servers of a project.
#pragma once

#include "config/config.hpp"
#include "config/section.hpp"

namespace efaxd::config {

void read_efax(Section box, Endpoint& efax);
void read_fhir(Section box, Fhir& fhir);

} // namespace efaxd::config
