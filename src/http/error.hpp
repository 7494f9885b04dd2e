// What can go wrong between us and a server before there is a whole reply.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace efaxd::http {

/// Why there is no connection, as far as it is known.
enum class Cause {
    other,
    no_such_name,   ///< of the server
    no_such_proxy,  ///< name of the proxy
    refused,        ///< nobody listens at the port
    no_answer,      ///< to the connecting or the handshake, in time
    no_way,         ///< no route, network down, or forbidden on this machine
    by_proxy,       ///< the proxy did not connect us
    no_ca_file,     ///< or nothing in it that could be read
    expired,        ///< certificate
    not_yet_valid,  ///< certificate
    wrong_name,     ///< the certificate is for other names
    unknown_issuer, ///< nobody whom we trust vouches for the certificate
    no_tls,         ///< none is spoken there, or none from 1.2 on, or the handshake broke otherwise
};

/// A clause for people that goes on from "no connection to eFax: ", with a cause they can act on.
std::string_view words_of(Cause cause);

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

    Error(Kind kind_, bool sent_, const std::string& what, Cause cause_ = Cause::other)
        : std::runtime_error(what), kind(kind_), sent(sent_), cause(cause_) {}

    Kind kind;
    bool sent; ///< a byte of the request may have reached the server: the outcome is unknown
    Cause cause;
};

} // namespace efaxd::http
