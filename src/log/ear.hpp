// The log's side of hearing: telling the ear.
#pragma once

#include "efaxd/log.hpp"

#include <span>

namespace efaxd::log {

/// Costs next to nothing while nobody wants to hear events of that level.
void tell_ear(Instant now, const Event& event, std::span<const Field> fields);

} // namespace efaxd::log
