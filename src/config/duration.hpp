// Durations as the file spells them.
#pragma once

#include "efaxd/core/instant.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace efaxd::config {

/// A whole number of at most ten digits and one of the units `ms`, `s`, `m`, `h`, `d`; nothing else.
std::optional<Duration> parse_duration(std::string_view text);

/// The same spelling, in the largest unit that fits exactly.
std::string text_of(Duration duration);

} // namespace efaxd::config
