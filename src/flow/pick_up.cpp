#include "flow/pick_up.hpp"

#include "efaxd/core/refusal.hpp"
#include "efaxd/log.hpp"

namespace efaxd::flow {

namespace {

/// Staff end a Communication, or send it by hand, between our search and our look.
bool is_settled_elsewhere(const Refusal& refusal) {
    return refusal.reason == "send.wrong_status" || refusal.reason == "send.communication_gone";
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

} // namespace

PickedUp pick_up(const PickUp& what, OutboundFhir& fhir, Outbox& outbox, Sending& sending,
                 std::stop_token stop) {
    PickedUp picked;
    for (const std::string& id : fhir.waiting(stop)) {
        if (stop.stop_requested())
            throw Stopped();
        if (!outbox.find({what.project, id}).empty())
            continue;
        try {
            const OutboundCommunication communication = fhir.read(id, stop);
            if (!communication.fax_ids.empty() || !fhir.claim(id, what.installation, stop))
                continue;
            sending.accept(what.project, communication, stop);
            ++picked.accepted;
        } catch (const Refusal& refusal) {
            if (is_settled_elsewhere(refusal))
                continue;
            stop_it(what, id, refusal, fhir, stop);
            ++picked.refused;
        }
    }
    return picked;
}

} // namespace efaxd::flow
