// The inbound Communication as it goes to the server.
#pragma once

#include "efaxd/core/communication.hpp"

#include <string>

namespace efaxd::fhir {

/// Compact JSON of the R4 resource: arrays where arrays are due, UTC with seconds and `Z`, no empty members,
/// no control characters. Members that the source gave (see Fax::members) follow ours; it cannot replace one
/// of ours, and its extensions stand before ours. Throws a lasting Fault `fhir.refused` if the source's
/// members are no JSON object.
std::string communication_json(const InboundCommunication& communication);

} // namespace efaxd::fhir
