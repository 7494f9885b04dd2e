// Why a step could not be finished.
#pragma once

#include "efaxd/core/instant.hpp"

#include <optional>
#include <stdexcept>
#include <string>

namespace efaxd {

/// Thrown by adapters at their own edge; nothing above them reads HTTP codes. Policy asks one question, *will
/// waiting help?*, and the adapter that met the failure answers it.
///
/// The reason is a stable code such as `efax.user_refused`, listed in docs/troubleshooting.md; the detail is
/// one sentence for a person. Neither ever holds a name, a number, a secret or a server's own words.
struct Fault : std::runtime_error {
    enum class Kind {
        passing, ///< waiting may help
        lasting, ///< waiting will not help: hold for a person
        unknown, ///< the request may have been carried out: rest, then look, before doing it again
    };

    Fault(Kind kind_, std::string reason_, const std::string& detail_ = {},
          std::optional<Duration> retry_after_ = {})
        : std::runtime_error(detail_.empty() ? reason_ : reason_ + ": " + detail_), kind(kind_),
          reason(std::move(reason_)), detail(detail_), retry_after(retry_after_) {}

    Kind kind;
    std::string reason;
    std::string detail;
    std::optional<Duration> retry_after; ///< the server's own wish, already clamped to 1 s … 1 h
};

/// The daemon is stopping; not a fault of anybody. The entry stays as it is and no attempt is counted.
struct Stopped : std::exception {
    const char* what() const noexcept override { return "stopped"; }
};

/// Our own ground failed (disk, ledger, fsync). The daemon must stop at once and start again from what is on
/// the disk: after a failed fsync nothing may be retried as if it had not happened.
struct GroundFault : std::runtime_error {
    using std::runtime_error::runtime_error;
};

} // namespace efaxd
