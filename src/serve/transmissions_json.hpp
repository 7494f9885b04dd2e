// GET /transmissions and /transmissions/{id}. Never a number, a name or a whole user ID.
#pragma once

#include "efaxd/core/transmission.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace efaxd::serve {

/// One page, as etc/status.schema.json says. As many as `limit`: there may be more, and `next` names the key
/// of the last one.
std::string transmissions_json(const std::vector<Transmission>& page, std::size_t limit);
std::string transmission_json(const Transmission& transmission);

} // namespace efaxd::serve
