// One project of the file.
#pragma once

#include "config/config.hpp"
#include "config/section.hpp"

namespace efaxd::config {

/// What cannot be read keeps its default; the report knows. `door`: the file has one for FHIR operations, or
/// it cannot be told.
Project read_project(Section& box, bool door);

} // namespace efaxd::config
