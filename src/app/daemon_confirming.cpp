// The daemon's one decision of a person that asks eFax first.

#include "app/daemon.hpp"
#include "efaxd/log.hpp"
#include "flow/confirmation.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace efaxd::app {

void Daemon::confirm_under(const TransmissionKey& key, const std::string& fax_id, const Decided& done) {
    const auto project = projects_.find(key.project);
    if (project == projects_.end())
        return done(Change::no_such_fax, {});
    const auto tell = [this, done](Change change, const flow::Decision& decision) {
        boost::asio::post(loop_, [done, change, decision] { done(change, decision); });
    };
    const bool taken = at_clerk([this, key, fax_id, project = project->second, tell, done] {
        const auto rows = ground_.outbox.find({key.project, key.communication});
        const auto row = std::ranges::find(rows, key, &Transmission::key);
        if (row == rows.end())
            return tell(Change::no_such_fax, {});
        Transmission changed = *row;
        if (const auto decision = flow::confirm(changed, fax_id, now()); !decision.done)
            return tell(Change::done, decision);
        try {
            const auto known = project->outgoing().ask_about(*row, fax_id, stop_.get_token());
            if (!known.done)
                return tell(Change::done, known);
        } catch (const Fault& fault) {
            return tell(Change::unreachable, {false, fault.reason});
        }
        const auto decide_so = [this, key, fax_id](Transmission& found) {
            if (flow::is_taken(ground_.outbox, key, fax_id))
                return flow::Decision{false, "another transmission has this id at eFax already"};
            return flow::confirm(found, fax_id, now());
        };
        decide(key, decide_so, [key, fax_id, done](Change change, const flow::Decision& decision) {
            if (change == Change::done && decision.done)
                log::write(log::send_confirmed,
                           {log::project(key.project), log::resource("Communication/" + key.communication),
                            log::count("recipient", key.recipient), log::fax(fax_id)});
            done(change, decision);
        });
    });
    if (!taken)
        done(Change::busy, {});
}

} // namespace efaxd::app
