// Which known word may have been meant.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace efaxd::config {

/// The known word that differs least from the given one, if by no more than a slip or two of the hand;
/// letters' case does not count.
std::optional<std::string_view> nearest(std::string_view given, std::span<const std::string_view> known);

} // namespace efaxd::config
