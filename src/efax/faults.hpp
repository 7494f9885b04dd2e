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

/// The reply was not the one hoped for. Decides on the status: bodies come in too many shapes, and their
/// words never leave this room. Of a `submit` that was not certainly refused the outcome is unknown. A status
/// that refuses it in a page for people, and a 404 or 405 without an error of eFax's form, come from a
/// gateway that did not pass it on: the fax was not taken, and eFax has not refused it either, so that the
/// fault is passing. It is looked for at eFax before it is submitted again, as after 403 and 429.
Fault fault_of(const http::Reply& reply, Call call, Instant now);

} // namespace efaxd::efax
