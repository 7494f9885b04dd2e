// How eFax words the state of a sent fax (efax-api 5.3 to 5.5).
#pragma once

#include "efaxd/ports/fax_sender.hpp"
#include "json/value.hpp"

#include <string_view>

namespace efaxd::efax {

/// `COMPLETE`, `completed`, `IN PROGRESS`, `INPROGESS` …
SendStatus::State state_of(std::string_view word);

/// What the record of one fax says, be it a list's item, its transmission details or its metadata. Members
/// may be missing, null, wrapped in an array, or strings of digits.
SendStatus status_of(const json::Value& fax);

/// Reads a reply about this fax. Throws Fault `efax.bad_reply` if it is about another, or none.
SendStatus read_status(std::string_view body, std::string_view fax_id);

} // namespace efaxd::efax
