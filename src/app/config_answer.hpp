// The configuration in force, as the status socket shows it.
#pragma once

#include "config/config.hpp"

#include <filesystem>
#include <string>

namespace efaxd::app {

/// `{"schema": 1, "file": …, "settings": [{"key", "value", "line"?}]}`: a setting without a line is a
/// default. No secret is in it, only where each is to be read.
std::string config_json(const std::filesystem::path& file, const config::Config& config);

} // namespace efaxd::app
