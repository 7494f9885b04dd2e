// One thing, a fact a line.
#pragma once

#include "ctl/views.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace efaxd::ctl {

using Facts =
    std::vector<std::pair<std::string, std::string>>; ///< a name of at most 15 letters, and its value

/// Those without a value are left out.
std::string facts_text(const Facts& facts, const Look& look);

/// `2026-10-03T13:55:00Z (5 min ago)`; empty if absent.
std::string moment(const json::Value& object, std::string_view name, const Look& look);

/// Empty if zero or absent.
std::string number_if(const json::Value& object, std::string_view name);

} // namespace efaxd::ctl
