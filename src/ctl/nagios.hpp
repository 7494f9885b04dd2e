// The status as a plugin of Nagios, Icinga and their like tells it.
#pragma once

#include "ctl/views.hpp"
#include "json/value.hpp"

#include <chrono>
#include <string>

namespace efaxd::ctl {

inline constexpr std::chrono::seconds nagios_patience{8}; ///< monitoring systems wait ten

struct Verdict {
    int exit = 3;     ///< 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN
    std::string line; ///< `EFAXD OK - … | waiting=0 …`
};

/// An alarm, a daemon without a mailbox, or an outbound fax that is held, is critical; a fax that is held, or
/// a mailbox that cannot be read at present, is a warning.
Verdict nagios_verdict(const json::Value& status, const Look& look);

} // namespace efaxd::ctl
