// What efaxctl can do: one table, from which the help and the checks of the man page are made.
#pragma once

#include "ctl/daemon.hpp"
#include "ctl/views.hpp"

#include <functional>
#include <ostream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::ctl {

/// The call makes no sense; ends with exit code 64.
struct Usage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What a command works with.
struct Desk {
    Ask ask;
    std::ostream& out;
    std::ostream& err;
    bool json = false; ///< answers as they are, for programs
    Look look;
    Follow follow{};
    /// Waits; false: do not wait any longer.
    std::function<bool(Duration)> pause{};
};

using Arguments = std::vector<std::string>;

struct Command {
    std::string_view name;
    std::string_view arguments;
    std::string_view help;
    /// Returns the exit code. Throws Usage, Unreachable, json::ParseError.
    int (*run)(Desk& desk, const Arguments& arguments);
};

std::span<const Command> commands();
/// Nothing if there is none of that name.
const Command* command(std::string_view name);

/// The whole help text.
std::string help_text();

} // namespace efaxd::ctl
