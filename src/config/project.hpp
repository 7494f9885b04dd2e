// One project of the file.
#pragma once

#include "config/config.hpp"
#include "config/section.hpp"

namespace efaxd::config {

/// What cannot be read keeps its default; the report knows.
Project read_project(Section& box);

} // namespace efaxd::config
