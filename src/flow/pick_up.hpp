// Pick-up: find outbound Communications that wait to be sent, and accept them.
#pragma once

#include "efaxd/core/backoff.hpp"
#include "efaxd/ports/clock.hpp"
#include "efaxd/ports/outbound_fhir.hpp"
#include "efaxd/ports/outbox.hpp"
#include "flow/sending.hpp"

#include <cstddef>
#include <map>
#include <stop_token>
#include <string>

namespace efaxd::flow {

struct PickUp {
    std::string project;
    std::string installation; ///< whose claim is ours
    BackoffPolicy retry;      ///< for one Communication that fails
    Duration patience;        ///< in the hands of others for longer: nobody works on it
};

/// What one run hands on to the next. Lost at a restart: all are looked at once more then.
struct PickUpMemory {
    struct Aside {
        int failures = 0;       ///< in a row
        Steady until{};         ///< left alone so long
        bool elsewhere = false; ///< another installation has claimed it
        Instant seen{};         ///< first, as claimed or sent elsewhere
        bool told = false;      ///< that nobody works on it
    };
    std::map<std::string, Aside> aside; ///< by the Communication's id
};

struct PickedUp {
    std::size_t accepted = 0;
    std::size_t refused = 0; ///< cannot be sent; they say so now, as `stopped`
    std::size_t stuck = 0;   ///< could neither be accepted nor stopped for several times in a row
    std::string first_stuck; ///< the id of one of them
    /// In-progress, and claimed or sent by somebody else, or by us with a ledger that is lost.
    std::size_t elsewhere = 0;
    std::string first_orphan; ///< the id of one that has been so for longer than the patience, if any
};

/// Each one found is marked on the server as ours before it is accepted, so that of two daemons on one server
/// only one sends it; and what the outbox knows already is left alone. One that cannot be sent is stopped
/// with the reason: it would be found again for ever else, and nobody would be told. One that cannot be read
/// or written to is set aside for a while of its own, which grows, and holds up none of the others. What
/// somebody else has claimed or sent is counted, and told once when nobody has written to it for long. Throws
/// Fault when the search fails, or the server as a whole or our own ledger does; and Stopped, GroundFault.
/// What was accepted before that stays accepted, and one that was only marked is found again. One run at a
/// time for one memory.
PickedUp pick_up(const PickUp& what, OutboundFhir& fhir, Outbox& outbox, Sending& sending, Clock& clock,
                 PickUpMemory& memory, std::stop_token stop);

} // namespace efaxd::flow
