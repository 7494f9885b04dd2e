// Asking the daemon through its socket.
#pragma once

#include "efaxd/core/instant.hpp"
#include "http/message.hpp"

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace efaxd::ctl {

struct Told {
    int status = 0;
    std::string body;
};

/// Throws Unreachable.
using Ask = std::function<Told(http::Method, const std::string& target, Duration patience)>;

/// Hears the body of a good answer piece by piece for as long as it lasts; the body of an error is kept. What
/// the sink throws comes through. Throws Unreachable, also when the connection breaks.
using Follow = std::function<Told(http::Method, const std::string& target,
                                  const std::function<void(std::string_view)>& sink)>;

/// The text says what to look at.
struct Unreachable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

Ask ask_at(const std::filesystem::path& socket);
Follow follow_at(const std::filesystem::path& socket);

} // namespace efaxd::ctl
