// The command line of efax-sandbox.
#pragma once

#include "sandbox/sandbox.hpp"

#include <optional>
#include <string>
#include <vector>

namespace efaxd::sandbox {

struct CommandLine {
    Options options;
    std::string scenario = "clinic"; ///< or `empty`
    double arrive = 0;               ///< faxes a second; 0: all at once
    int faxes = 0;
    int pages = 2;
    std::uint64_t size = 30'000;
    std::optional<Duration> stop_after;
    std::string preset;                                        ///< empty: the usual behaviour
    std::vector<std::string> modes;                            ///< that begin once the faxes are there
    std::vector<std::pair<std::string, std::string>> settings; ///< `efax.timestamps`, `zulu`
    bool help = false;
    bool version = false;
};

/// Throws BadCall with a sentence for the user.
CommandLine parse_command_line(const std::vector<std::string>& arguments);

/// The preset, then the settings. Throws BadCall.
void apply_settings(Sandbox& sandbox, const CommandLine& line);

std::string usage();

} // namespace efaxd::sandbox
