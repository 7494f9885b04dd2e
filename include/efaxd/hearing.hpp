// For whoever wants to hear the events of the log as they happen, besides those who read its lines.
#pragma once

#include "efaxd/events.hpp"

#include <functional>
#include <optional>
#include <string_view>

namespace efaxd::log {

struct Heard {
    const Event& event;
    std::string_view json; ///< the line as `Format::json` has it; valid during the call
};

/// Called on whatever thread speaks, which waits for it, one call at a time: it must be quick and must not
/// log.
using Ear = std::function<void(const Heard&)>;

/// The one ear of this process, in place of an earlier one; empty for none. When this returns, the earlier
/// one is not called any more. It hears nothing before `hear_from`.
void listen(Ear ear);

/// Events from that level on are heard, whatever level the log has; nothing: none at all, which is the
/// beginning. Safe from any thread.
void hear_from(std::optional<Level> least);

} // namespace efaxd::log
