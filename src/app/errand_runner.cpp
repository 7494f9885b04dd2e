#include "app/errand_runner.hpp"

#include <typeinfo>

namespace efaxd::app {

namespace {

void do_poll(ErrandReport& report, Project& project, std::stop_token stop) {
    const auto mailbox = project.mailbox(report.errand.mailbox);
    if (mailbox)
        report.poll = project.poll_mailbox(*mailbox, std::move(stop));
    else
        report.stopped = true; // removed since it was sent out: nothing was read
}

void do_carry(ErrandReport& report, Project& project, std::stop_token stop) {
    report.entry = project.carry({report.errand.project, report.errand.fax_id}, std::move(stop),
                                 [&](const Entry&, const Fault& fault) { report.fault = fault; });
}

void do_send(ErrandReport& report, Project& project, bool eager, std::stop_token stop) {
    report.rows =
        project.outgoing().carry({report.errand.project, report.errand.fax_id}, eager, std::move(stop),
                                 [&](const Fault& fault) { report.fault = fault; });
}

} // namespace

ErrandReport run_errand(const Errand& errand, const std::shared_ptr<Project>& project, Clock& clock,
                        std::stop_token stop, bool eager) {
    ErrandReport report;
    report.errand = errand;
    report.started = clock.now();
    const Steady begun = clock.steady();
    try {
        switch (errand.kind) {
        case ErrandKind::poll:
            do_poll(report, *project, stop);
            break;
        case ErrandKind::carry:
            do_carry(report, *project, stop);
            break;
        case ErrandKind::discover:
            report.shrunk = project->discover(stop);
            break;
        case ErrandKind::pick_up:
            report.picked_up = project->outgoing().pick_up(stop);
            break;
        case ErrandKind::send:
            do_send(report, *project, eager, stop);
            break;
        }
    } catch (const Stopped&) {
        report.stopped = true;
    } catch (const Fault& fault) {
        report.fault = fault;
    } catch (const GroundFault& fault) {
        report.ground_fault = fault.what();
    } catch (const std::exception& error) {
        // Its text may quote what it choked on; its type may not.
        report.unforeseen = typeid(error).name();
    }
    report.took = std::chrono::duration_cast<Duration>(clock.steady() - begun);
    return report;
}

} // namespace efaxd::app
