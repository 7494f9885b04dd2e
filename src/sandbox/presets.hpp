// Whole manners of the simulated eFax, as different sources describe the service.
#pragma once

#include "sandbox/options.hpp"

#include <array>
#include <string_view>

namespace efaxd::sandbox {

/// `strict-2026`: as eFax's own papers and live clients of late have it. `mainstay`: as another vendor's copy
/// of the interface answers. `legacy-2018`: as the service's old tests saw it. `hostile`: each reply in a
/// style of its own.
inline constexpr std::array<std::string_view, 4> preset_names{"strict-2026", "mainstay", "legacy-2018",
                                                              "hostile"};

/// Throws BadCall for a name that is not one of these.
EfaxStyle preset_style(std::string_view name);

} // namespace efaxd::sandbox
