// From a YAML file to a Config, or to all that is wrong with it.
#pragma once

#include "config/config.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace efaxd::config {

/// `file:line:column: key: what is wrong`, lines and columns from 1. Never echoes a value that could be a
/// secret.
struct Problem {
    std::string file;
    int line = 0;
    int column = 0;
    std::string key; ///< dotted path such as `projects[0].efax.base_url`; empty for the whole file
    std::string what;

    std::string text() const;
};

/// Offline; reads no secret. All problems that can be reached, in the order of the file.
std::variant<Config, std::vector<Problem>> load(const std::filesystem::path& file);

/// The same for a text; `file` is only the name in the problems.
std::variant<Config, std::vector<Problem>> load_text(std::string_view text, const std::string& file);

} // namespace efaxd::config
