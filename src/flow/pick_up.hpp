// Pick-up: find outbound Communications that wait to be sent, and accept them.
#pragma once

#include "efaxd/ports/outbound_fhir.hpp"
#include "efaxd/ports/outbox.hpp"
#include "flow/sending.hpp"

#include <cstddef>
#include <stop_token>
#include <string>
#include <vector>

namespace efaxd::flow {

struct PickUp {
    std::string project;
    std::string installation; ///< whose claim is ours
};

struct PickedUp {
    std::size_t accepted = 0;
    std::size_t refused = 0; ///< cannot be sent; they say so now, as `stopped`
};

/// Each one found is marked on the server as ours before it is accepted, so that of two daemons on one server
/// only one sends it; and what the outbox knows already is left alone. One that cannot be sent is stopped
/// with the reason: it would be found again for ever else, and nobody would be told. One that cannot be read
/// holds up none of the others; its Fault is thrown at the end. Throws Fault, Stopped, GroundFault; what was
/// accepted before that stays accepted, and one that was only marked is found again.
PickedUp pick_up(const PickUp& what, OutboundFhir& fhir, Outbox& outbox, Sending& sending,
                 std::stop_token stop);

} // namespace efaxd::flow
