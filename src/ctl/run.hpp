// The whole program but for the process around it.
#pragma once

#include "ctl/commands.hpp"

#include <functional>

namespace efaxd::ctl {

/// What the process gives.
struct World {
    std::ostream& out;
    std::ostream& err;
    std::string socket_variable; ///< value of $EFAXD_SOCKET, may be empty
    Look look;
    std::function<Ask(const std::filesystem::path& socket)> ask_at;
    std::function<Follow(const std::filesystem::path& socket)> follow_at{};
    std::function<bool(Duration)> pause{}; ///< see Desk
};

/// Returns the exit code; throws nothing of its own.
int run(const Arguments& arguments, const World& world);

} // namespace efaxd::ctl
