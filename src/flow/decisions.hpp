// What a person may decide about a transmission, as pure functions on its row.
#pragma once

#include "efaxd/core/transmission.hpp"

#include <string>

namespace efaxd::flow {

/// Not done: the row is as it was, and the text says why. The text is one sentence for an administrator.
struct Decision {
    bool done = false;
    std::string text;
};

/// Before the submission: the outcome is `cancelled`. Afterwards eFax is asked, and its status tells what
/// came of it. A held unknown outcome is given up and counts as failed: the fax may have gone out.
Decision cancel(Transmission& row, Instant now);

/// Of an unknown outcome: the fax did go out. With its id at eFax, which `ask_about` and `is_taken` have
/// looked at before, it is followed from here on; without one it counts as arrived. So may one that eFax has
/// never known under the id it goes by (`efax.not_visible`); its id stays.
Decision confirm(Transmission& row, const std::string& fax_id, Instant now);

/// Of a held unknown outcome, or of a fax that eFax was asked for again and again and has never known under
/// the id it goes by: it is submitted again, as a new round. If the first one went out after all, it
/// arrives twice: a person answers for that.
Decision resend(Transmission& row, Instant now);

/// Before the submission: nothing is done until a retry.
Decision hold(Transmission& row);

/// The next step now; of a held unknown outcome, that eFax is asked once more.
Decision retry(Transmission& row, Instant now);

} // namespace efaxd::flow
