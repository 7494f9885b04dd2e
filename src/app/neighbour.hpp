// Asks a daemon that runs beside us, so that its eFax token need not be taken from it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace efaxd::app {

/// The body of the answer, or nothing if no daemon answers at that socket. `method` is GET or POST. Waits at
/// most ten minutes: a connectivity test takes its time.
std::optional<std::string> ask_neighbour(const std::filesystem::path& socket, const std::string& method,
                                         const std::string& path);

} // namespace efaxd::app
