// What stands wrong at present, in one list: the daemon is well when it is empty.
#pragma once

#include "serve/status.hpp"

#include <string>
#include <vector>

namespace efaxd::serve {

struct Alarm {
    std::string code; ///< of an event
    std::string project;
    const MailboxStatus* mailbox = nullptr; ///< of the status asked about; none for a whole project's alarm
    std::string resource = {}; ///< such as `Communication/1`: one that it is about; empty if it is about none
};

/// The projects' alarms, then a `mailbox.stale` for each mailbox not read for too long, longest first.
std::vector<Alarm> alarms_of(const Status& status);

} // namespace efaxd::serve
