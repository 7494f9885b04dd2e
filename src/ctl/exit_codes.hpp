// How efaxctl ends; the numbers are sysexits.
#pragma once

#include <string_view>

namespace efaxd::ctl {

enum Exit : int {
    exit_ok = 0,
    exit_usage = 64,       ///< or there is no such mailbox, fax or path, or it is past what is asked for
    exit_unavailable = 69, ///< the daemon is not reachable, or cannot do this
    exit_internal = 70,    ///< the daemon failed, or its answer makes no sense
    exit_io = 74,          ///< our own output could not be written
    exit_try_again = 75,   ///< not now
    exit_refused = 77,     ///< you may not do this
    exit_config = 78,      ///< reload: the configuration has errors
};

/// For the HTTP status of an answer, and the code of its error. `not_possible` is a conflict that trying
/// again does not mend.
constexpr int exit_of(int status, std::string_view code = {}) {
    if (status < 400)
        return exit_ok;
    if (status == 409 && code == "not_possible")
        return exit_usage;
    if (status == 401 || status == 403)
        return exit_refused;
    if (status == 422)
        return exit_config;
    if (status == 409 || status == 429 || status == 503 || status == 504)
        return exit_try_again;
    if (status == 501)
        return exit_unavailable;
    return status < 500 ? exit_usage : exit_internal;
}

} // namespace efaxd::ctl
