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

namespace efaxd::app {

inline Errand poll_errand(const Mailbox& mailbox) {
    return {ErrandKind::poll, mailbox.project, mailbox.id, {}};
}
inline Errand discover_errand(const std::string& project) { return {ErrandKind::discover, project, {}, {}}; }
inline Errand carry_errand(const Entry& entry) {
    return {ErrandKind::carry, entry.key.project, entry.mailbox, entry.key.fax_id};
}

/// What a hand brings home.
struct ErrandReport {
    Errand errand;
    Instant started{};
    Duration took{};
    std::optional<Fault> fault; ///< poll and discovery: why it failed; carry: the last fault met
    bool stopped = false;       ///< cut short by the stop
    std::string ground_fault;   ///< not empty: our own ground failed
    std::string unforeseen;     ///< not empty: the type of an exception nobody expected

    flow::PollReport poll;
    Entry entry;         ///< carry: how the fax stands
    bool shrunk = false; ///< discovery

    bool well() const { return !fault && !stopped && ground_fault.empty() && unforeseen.empty(); }
};

/// Never throws. Blocks as long as the errand takes.
ErrandReport run_errand(const Errand& errand, const std::shared_ptr<Project>& project, Clock& clock,
                        std::stop_token stop);

} // namespace efaxd::app
