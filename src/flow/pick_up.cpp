#include "flow/pick_up.hpp"

#include "efaxd/core/refusal.hpp"
#include "efaxd/log.hpp"

#include <optional>

namespace efaxd::flow {

namespace {

constexpr int most_failures = 10; ///< of one run: it is the server then, and no single Communication

/// Staff end a Communication, or send it by hand, between our search and our look.
bool is_settled_elsewhere(const Refusal& refusal) {
    return refusal.reason == "send.wrong_status" || refusal.reason == "send.communication_gone" ||
           refusal.reason == "send.sent_already" || refusal.reason == "send.claimed_elsewhere";
}

void stop_it(const PickUp& what, const std::string& id, const Refusal& refusal, OutboundFhir& fhir,
             const std::stop_token& stop) {
    log::write(log::send_not_picked_up, {log::project(what.project), log::resource("Communication/" + id),
                                         log::reason(refusal.reason)});
    const auto standing = fhir.standing(id, stop);
    if (!standing || standing->status != "in-progress")
        return;
    CommunicationChange change;
    change.status = "stopped";
    change.reason_code = refusal.reason;
    change.reason_text = refusal.what();
    change.unclaim = standing->claim == what.installation;
    fhir.change(id, *standing, change, stop); // if somebody was faster, it is found again
}

void pick_up_one(const PickUp& what, const std::string& id, OutboundFhir& fhir, Sending& sending,
                 PickedUp& picked, const std::stop_token& stop) {
    try {
        sending.accept(what.project, fhir.read(id, stop), stop);
        ++picked.accepted;
    } catch (const Refusal& refusal) {
        if (is_settled_elsewhere(refusal))
            return;
        stop_it(what, id, refusal, fhir, stop);
        ++picked.refused;
    }
}

} // namespace

PickedUp pick_up(const PickUp& what, OutboundFhir& fhir, Outbox& outbox, Sending& sending,
                 std::stop_token stop) {
    PickedUp picked;
    int failed = 0;
    std::optional<Fault> last;
    for (const std::string& id : fhir.waiting(stop)) {
        if (stop.stop_requested())
            throw Stopped();
        if (!outbox.find({what.project, id}).empty())
            continue;
        try {
            pick_up_one(what, id, fhir, sending, picked, stop);
        } catch (const Fault& fault) { // the others must not wait for this one
            log::write(log::send_not_picked_up,
                       {log::project(what.project), log::resource("Communication/" + id),
                        log::reason(fault.reason), log::detail(fault)});
            if (++failed >= most_failures)
                throw;
            last = fault;
        }
    }
    if (last)
        throw *last;
    return picked;
}

} // namespace efaxd::flow
