// What stands wrong at present, in one list: the daemon is well when it is empty.
#pragma once

#include "serve/status.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::serve {

struct Alarm {
    std::string code; ///< of an event
    std::string project;
    const MailboxStatus* mailbox = nullptr; ///< of the status asked about; none for a whole project's alarm
    std::string resource = {}; ///< such as `Communication/1`: one that it is about; empty if it is about none
};

/// The projects' alarms, then a `mailbox.stale` for each mailbox not read for too long, longest first, then
/// a `mailbox.silent` for each that has brought no fax for unusually long.
std::vector<Alarm> alarms_of(const Status& status);

/// Every code that an alarm can have.
std::span<const std::string_view> alarm_codes();

} // namespace efaxd::serve
