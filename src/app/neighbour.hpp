// Asks a daemon that runs beside us, so that its eFax token need not be taken from it.
#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

namespace efaxd::app {

/// A daemon is at home but gives no answer. Going on alone would end its eFax token.
struct NeighbourError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The body of the answer to a POST, or nothing if no daemon listens at that socket. Waits at most ten
/// minutes: a connectivity test takes its time. Throws NeighbourError.
std::optional<std::string> ask_neighbour(const std::filesystem::path& socket, const std::string& path);

} // namespace efaxd::app
