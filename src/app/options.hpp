// The command line of efaxd.
#pragma once

#include <filesystem>
#include <string>
#include <variant>

namespace efaxd::app {

struct Options {
    enum class Mode { daemon, check_config, check_connectivity, once, restore, help, version };
    Mode mode = Mode::daemon;
    std::filesystem::path config{"/etc/efaxd/efaxd.yaml"};
    std::filesystem::path backup{}; ///< with restore
    bool dry_run = false;           ///< with once
    bool json = false;              ///< with check_connectivity

    bool operator==(const Options&) const = default;
};

/// The options, or a sentence that says what is wrong with them.
std::variant<Options, std::string> read_options(int argc, char* const* argv);

std::string help_text();

} // namespace efaxd::app
