// Asking the daemon through its socket.
#pragma once

#include "efaxd/core/instant.hpp"
#include "http/message.hpp"

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>

namespace efaxd::ctl {

struct Told {
    int status = 0;
    std::string body;
};

/// Throws Unreachable.
using Ask = std::function<Told(http::Method, const std::string& target, Duration patience)>;

/// The text says what to look at.
struct Unreachable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

Ask ask_at(const std::filesystem::path& socket);

} // namespace efaxd::ctl
