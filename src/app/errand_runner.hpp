// One errand, done on a hand: which story it is, and what came of it.
#pragma once

#include "app/project.hpp"
#include "efaxd/core/fault.hpp"
#include "efaxd/core/schedule.hpp"
#include "efaxd/ports/clock.hpp"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace efaxd::app {

inline Errand poll_errand(const Mailbox& mailbox) {
    return {ErrandKind::poll, mailbox.project, mailbox.id, {}};
}
inline Errand discover_errand(const std::string& project) { return {ErrandKind::discover, project, {}, {}}; }
inline Errand carry_errand(const Entry& entry) {
    return {ErrandKind::carry, entry.key.project, entry.mailbox, entry.key.fax_id};
}

inline Errand pick_up_errand(const std::string& project) { return {ErrandKind::pick_up, project, {}, {}}; }
/// All that a project sends stands in one line.
inline Errand send_errand(const OutboundKey& key) {
    return {ErrandKind::send, key.project, key.project + ":outbound", key.communication};
}

/// What a hand brings home.
struct ErrandReport {
    Errand errand;
    Instant started{};
    Duration took{};
    std::optional<Fault> fault; ///< timed errands: why it failed; carry and send: the last fault met
    bool stopped = false;       ///< cut short by the stop
    std::string ground_fault;   ///< not empty: our own ground failed
    std::string unforeseen;     ///< not empty: the type of an exception nobody expected

    flow::PollReport poll;
    Entry entry;                    ///< carry: how the fax stands
    std::vector<Transmission> rows; ///< send: how they stand
    flow::PickedUp picked_up;
    bool shrunk = false; ///< discovery

    bool well() const { return !fault && !stopped && ground_fault.empty() && unforeseen.empty(); }
};

/// Never throws. Blocks as long as the errand takes.
/// `eager`: see flow::Sending::carry.
ErrandReport run_errand(const Errand& errand, const std::shared_ptr<Project>& project, Clock& clock,
                        std::stop_token stop, bool eager = false);

} // namespace efaxd::app
