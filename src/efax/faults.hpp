// What a failed exchange with eFax means to those above.
#pragma once

#include "efaxd/core/fault.hpp"
#include "http/error.hpp"
#include "http/message.hpp"

namespace efaxd::efax {

enum class Call { sign_in, list, image, acknowledge, remove, submit, status, cancel };

/// There was no whole reply. Every call but `submit` is harmless to repeat, so that an unknown outcome is a
/// passing fault.
Fault fault_of(const http::Error& error, Call call);

/// The reply was not the one hoped for. Decides on the status alone: bodies come in too many shapes, and
/// their words never leave this room. Of a `submit` that was not certainly refused the outcome is unknown.
Fault fault_of(const http::Reply& reply, Call call, Instant now);

} // namespace efaxd::efax
