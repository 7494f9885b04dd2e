// The door for FHIR operations.
#pragma once

#include "config/config.hpp"
#include "config/section.hpp"

#include <span>
#include <string_view>

namespace efaxd::config {

/// A token for a project that is none of `projects` is an error, and so is the same token twice for one
/// project. No `projects`: they could not all be read, and nothing is held against them.
Operations read_operations(Section box, std::span<const std::string_view> projects);

} // namespace efaxd::config
