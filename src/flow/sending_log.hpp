// How the story of sending speaks of a transmission in the log.
#pragma once

#include "efaxd/core/transmission.hpp"
#include "efaxd/log.hpp"

namespace efaxd::flow {

inline log::Field communication_of(const Transmission& row) {
    return log::resource("Communication/" + row.key.communication);
}

/// The event with what names the row, and its reason if it has one.
inline void write(const log::Event& event, const Transmission& row) {
    const auto recipient = log::count("recipient", row.key.recipient);
    if (row.reason.empty())
        return log::write(event, {log::project(row.key.project), communication_of(row), recipient});
    log::write(event,
               {log::project(row.key.project), communication_of(row), recipient, log::reason(row.reason)});
}

} // namespace efaxd::flow
