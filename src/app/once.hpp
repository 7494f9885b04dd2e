// `efaxd --once`: poll every mailbox once, pick up waiting Communications where that
// is configured, and carry every due fax as far as it goes.
#pragma once

#include "app/project.hpp"
#include "app/reload.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace efaxd::app {

struct OnceReport {
    std::size_t mailboxes = 0;
    std::size_t refused = 0; ///< mailboxes that eFax refuses
    std::size_t failed = 0;  ///< mailboxes that could not be read, the refused ones included
    std::size_t claimed = 0;
    std::size_t delivered = 0;
    std::size_t waiting = 0;       ///< undelivered or unacknowledged faxes that will be tried again
    std::size_t unsent = 0;        ///< transmissions without an outcome, or of which it is not told
    std::vector<std::string> held; ///< `project:fax-id (reason)`, `project:Communication:recipient (reason)`
    std::vector<std::string> failures; ///< one sentence each
    bool discovery_failed = false;
    bool pick_up_failed = false;

    /// 0 nothing left; 75 something remains to be tried again; 77 every mailbox was refused. Held faxes
    /// alone: 0.
    int exit_code() const;
    std::string text() const;
};

/// Works with at most `hands` errands at once. Blocks; throws GroundFault; a stop ends it early.
OnceReport run_once(const Projects& projects, const Ground& ground, int hands, std::stop_token stop);

} // namespace efaxd::app
