// What can go wrong between us and a server before there is a whole reply.
#pragma once

#include <stdexcept>
#include <string>

namespace efaxd::http {

struct Error : std::runtime_error {
    enum class Kind {
        resolve,   ///< name not found
        connect,   ///< refused, unreachable, or no connection in time
        tls,       ///< certificate or handshake refused
        timed_out, ///< total or idle limit met
        broken,    ///< connection lost, or the reply is no HTTP or was cut short
        too_large, ///< the reply is over its limit
        refused,   ///< we refuse the URL: not https and not loopback, or with user info
    };

    Error(Kind kind_, bool sent_, const std::string& what)
        : std::runtime_error(what), kind(kind_), sent(sent_) {}

    Kind kind;
    bool sent; ///< a byte of the request may have reached the server: the outcome is unknown
};

} // namespace efaxd::http
