// What a failure means for the one who called.
#pragma once

#include "efaxd/core/fault.hpp"
#include "http/error.hpp"
#include "http/message.hpp"
#include "http/remote.hpp"

namespace efaxd::fhir {

/// What kind of request failed.
enum class Call {
    asks,    ///< reads or searches: a refusal is about us or the server, never about a fax
    puts,    ///< writes, and may be repeated
    creates, ///< writes, and a lost reply leaves the outcome unknown
};

/// The Fault for a reply that is not the one hoped for. Its detail has the status and at most an issue code.
Fault refusal(const http::Reply& reply, Call call, Instant now);

/// The Fault for an exchange without a whole reply.
Fault failure(const http::Error& error, Call call);

/// The Fault while the server wants us to wait.
Fault waiting(const http::Paused& paused);

/// Not less than a second, not more than an hour.
Duration clamped(Duration wait);

} // namespace efaxd::fhir
