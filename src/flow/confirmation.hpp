// Whether a fax at eFax can be the transmission that a person says it is.
#pragma once

#include "efaxd/ports/fax_sender.hpp"
#include "efaxd/ports/outbox.hpp"
#include "flow/decisions.hpp"

#include <stop_token>
#include <string>

namespace efaxd::flow {

/// Does another transmission of the project have this id at eFax? Reads all of them. Throws GroundFault.
bool is_taken(Outbox& outbox, const TransmissionKey& key, const std::string& fax_id);

/// Done: eFax knows a fax under this id, seen by the sender of the row, and it went to the row's number as
/// far as eFax says. Changes nothing. Throws Fault if eFax cannot be asked, and Stopped.
Decision ask_about(FaxSender& sender, const Transmission& row, const std::string& fax_id,
                   std::stop_token stop);

} // namespace efaxd::flow
