// The foreman's errands: sending them out, taking them home, and asking the ledger for what is due.
#include "app/foreman.hpp"

#include "efaxd/log.hpp"
#include "efaxd/meter.hpp"

#include <algorithm>

namespace efaxd::app {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t due_per_mailbox = 256; ///< faxes taken from the ledger at once, of each mailbox
constexpr std::size_t due_outbound = 1000;   ///< Communications taken at once
constexpr Duration gather_at_least_every = 1min;
constexpr Duration again_after = 30s; ///< after a failure that left no due time

/// The first failure of a kind is news; the hundredth is not.
bool worth_a_line(const MailboxRecord& record, const Fault& fault) {
    const bool power_of_two = (record.failures & (record.failures - 1)) == 0;
    return record.reason != fault.reason || power_of_two;
}

} // namespace

Foreman::Foreman(Ground ground, int hands, const Projects& projects)
    : ground_(std::move(ground)), schedule_(hands) {
    recall_pauses();
    recall_arrivals();
    for (const auto& [name, project] : projects)
        adopt_project(project);
}

// ---- errands

void Foreman::send_out() {
    const Steady now = ground_.clock.steady();
    for (const Errand& errand : schedule_.take(now)) {
        const auto project = projects_.find(errand.project);
        if (project == projects_.end()) { // left by a reload while the fax was queued
            schedule_.came_back(errand, {}, true);
            continue;
        }
        out_since_[errand] = now;
        const bool eager = eager_.erase({errand.project, errand.fax_id}) > 0;
        at_hand([this, errand, project = project->second, eager] {
            auto report = run_errand(errand, project, ground_.clock, stop_.get_token(), eager);
            if (!report.ground_fault.empty())
                note_ground_fault(); // said here, since the loop may have stopped already
            at_loop([this, report = std::move(report)] { came_back(report); });
        });
    }
    arm();
}

void Foreman::arm() {
    const Steady now = ground_.clock.steady();
    std::optional<Steady> next = gathering_ ? std::nullopt : gather_at_;
    const bool hand_free = schedule_.out() < static_cast<std::size_t>(schedule_.hands());
    if (const auto due = schedule_.next_due(); due && hand_free)
        next = next ? std::min(*next, *due) : *due;
    for (const auto& [project, when] : hints_to_come_)
        next = next ? std::min(*next, when) : when;
    if (!next)
        return;
    wake_at(std::max(*next, now));
}

void Foreman::wake() {
    if (gather_at_ && *gather_at_ <= ground_.clock.steady())
        gather();
    look_after_delayed_hints();
    send_out();
}

void Foreman::came_back(const ErrandReport& report) {
    out_since_.erase(report.errand);
    const bool over =
        report.errand.kind == ErrandKind::send ||
        (report.errand.kind == ErrandKind::carry && (report.entry.settled() || report.entry.held));
    schedule_.came_back(report.errand, report.took, over);
    if (!report.ground_fault.empty()) {
        log::write(log::daemon_ground_failed,
                   {log::detail(Fault(Fault::Kind::lasting, "ground", report.ground_fault))});
        return stop();
    }
    if (!report.unforeseen.empty())
        log::write(log::daemon_internal, {log::place(report.unforeseen)});
    if (report.fault && board_.note_fault(report.errand.project, *report.fault))
        log::write(report.fault->reason == log::efax_sign_in_refused.code ? log::efax_sign_in_refused
                                                                          : log::fhir_sign_in_refused,
                   {log::project(report.errand.project), log::detail(*report.fault)});
    if (!report.stopped) {
        switch (report.errand.kind) {
        case ErrandKind::poll:
            poll_came_back(report);
            break;
        case ErrandKind::carry:
            carry_came_back(report);
            break;
        case ErrandKind::discover:
            discovery_came_back(report);
            break;
        case ErrandKind::pick_up:
            pick_up_came_back(report);
            break;
        case ErrandKind::send:
            send_came_back(report);
            break;
        }
    }
    send_out();
}

void Foreman::poll_came_back(const ErrandReport& report) {
    MailboxRecord* record = board_.find_mailbox(report.errand.mailbox);
    if (!record)
        return;
    const auto& project = projects_.at(report.errand.project);
    const Duration interval = record->mailbox.poll;
    record->last_poll = report.started;
    const bool was_well = record->failures == 0;
    meter::count(meter::polls,
                 {{"project", report.errand.project}, {"outcome", report.well() ? "ok" : "failed"}});
    meter::observe(meter::poll_seconds, {{"project", report.errand.project}}, report.took);
    Steady next = jittered(interval) - report.took;
    if (report.well()) {
        if (record->failures > 0)
            log::write(log::mailbox_recovered, {log::mailbox(record->mailbox.id)});
        record->failures = 0;
        record->reason.clear();
        record->last_success = report.started;
        record->unreadable = report.poll.unreadable;
        board_.note_efax_success(report.errand.project);
        if (!report.poll.claimed.empty()) {
            moved_ = true;
            meter::count(meter::faxes_claimed, {{"project", report.errand.project}},
                         static_cast<std::int64_t>(report.poll.claimed.size()));
            record->arrivals.note(ground_.clock.now());
            arrivals_[record->mailbox.id] = record->arrivals;
            new_arrivals_ = true;
            log::write(log::mailbox_new_faxes,
                       {log::mailbox(record->mailbox.id),
                        log::count("faxes", static_cast<std::int64_t>(report.poll.claimed.size()))});
            gather_by(ground_.clock.steady());
        }
        if (report.poll.cut && !report.poll.claimed.empty())
            next = ground_.clock.steady();
        log::write(log::mailbox_polled,
                   {log::mailbox(record->mailbox.id),
                    log::count("listed", static_cast<std::int64_t>(report.poll.listed))});
    } else {
        const Fault fault = report.fault.value_or(Fault(Fault::Kind::passing, "daemon.internal"));
        ++record->failures;
        // The wait is never shorter than the poll, or an outage would draw more requests than health.
        Duration wait =
            std::max(interval, backoff(project->config().retry, record->failures, ground_.clock.dice()));
        wait = std::max(wait, fault.retry_after.value_or(Duration{0}));
        next = ground_.clock.steady() + wait;
        if (worth_a_line(*record, fault))
            log::write(fault.reason == "efax.user_refused" ? log::mailbox_refused : log::mailbox_failed,
                       {log::mailbox(record->mailbox.id), log::reason(fault.reason), log::detail(fault),
                        log::count("failures", record->failures), log::wait(wait)});
        record->reason = fault.reason;
        gather_by(ground_.clock.steady()); // a poll that failed at its end may have claimed before
    }
    if ((record->failures == 0) != was_well)
        moved_ = true;
    const Steady now = ground_.clock.steady();
    record->next_poll = ground_.clock.now() + std::chrono::duration_cast<Duration>(std::max(next, now) - now);
    if (!record->paused)
        schedule_.set_due_again(report.errand, next);
    receptions_.polled(report);
}

void Foreman::carry_came_back(const ErrandReport& report) {
    moved_ = true;
    if (report.entry.stage >= Stage::delivered)
        board_.note_fhir_success(report.errand.project);
    if (report.entry.key.fax_id.empty()) {
        gather_again_ = false; // or it would be tried again without a pause
        rest_unsaved(report);
    } else {
        rests_.end(report.errand);
    }
    if (report.entry.due) {
        const auto left = std::max(Duration{0}, *report.entry.due - ground_.clock.now());
        gather_by(ground_.clock.steady() + left);
    }
    receptions_.carried(report);
    // The line of a flooded mailbox is filled up again before it runs dry.
    if (gather_again_ && schedule_.queued() < static_cast<std::size_t>(schedule_.hands()))
        gather_by(ground_.clock.steady());
}

void Foreman::rest_unsaved(const ErrandReport& report) {
    if (report.well()) // the ledger does not know it at all
        return;
    const Steady now = ground_.clock.steady();
    const Errand& errand = report.errand;
    const auto project = projects_.find(errand.project);
    const auto retry = project == projects_.end() ? BackoffPolicy{} : project->second->config().retry;
    const Duration wait = rests_.begin(errand, retry, now, ground_.clock.dice());
    gather_by(now + wait);
    const std::string reason = report.fault ? report.fault->reason : "daemon.internal";
    if (const auto times = unsaved_.happened(errand.project + ' ' + reason, now))
        log::write(log::fax_unsaved, {log::project(errand.project), log::reason(reason),
                                      log::count("faxes", times), log::wait(wait)});
}

void Foreman::discovery_came_back(const ErrandReport& report) {
    const auto found = projects_.find(report.errand.project);
    if (found == projects_.end())
        return;
    const Project& project = *found->second;
    auto& record = board_.project(report.errand.project);
    const Duration every = project.config().mailboxes.discover_every;
    Steady next = jittered(every);
    if (report.well()) {
        record.discovered = report.started;
        record.discovery_failures = 0;
        record.discovery_reason.clear();
        board_.note_fhir_success(report.errand.project);
        record.shrunk = report.shrunk;
        log::write(report.shrunk ? log::discovery_shrunk : log::discovery_done,
                   {log::project(project.name())});
        sync_mailboxes(project);
    } else {
        const Fault fault = report.fault.value_or(Fault(Fault::Kind::passing, "daemon.internal"));
        ++record.discovery_failures;
        record.discovery_reason = fault.reason;
        const auto wait = std::max(
            std::min(every, backoff(project.config().retry, record.discovery_failures, ground_.clock.dice())),
            fault.retry_after.value_or(Duration{0}));
        next = ground_.clock.steady() + wait;
        log::write(log::discovery_failed, {log::project(project.name()), log::reason(fault.reason),
                                           log::detail(fault), log::wait(wait)});
    }
    schedule_.set_due_again(report.errand, next);
}

// ---- what is due

void Foreman::gather_by(Steady when) {
    if (!gather_at_ || when < *gather_at_)
        gather_at_ = when;
    if (when <= ground_.clock.steady())
        gather();
}

void Foreman::gather() {
    if (gathering_)
        return;
    gathering_ = true;
    gather_at_.reset();
    at_desk([this] {
        try {
            const Instant now = ground_.clock.now();
            auto due = ground_.ledger.due(now, due_per_mailbox);
            auto outbound = ground_.outbox.due(now, due_outbound);
            at_loop(
                [this, due = std::move(due), outbound = std::move(outbound)] { gathered(due, outbound); });
        } catch (const GroundFault&) {
            throw;
        } catch (...) { // whatever it was, deliveries must go on
            at_loop([this] {
                gathering_ = false;
                gather_by(ground_.clock.steady() + again_after);
                arm();
            });
            throw;
        }
    });
}

void Foreman::gathered(const Due& due, const OutboxDue& outbound) {
    gathering_ = false;
    gather_again_ = due.more || outbound.more;
    // However the next due time was missed, no fax waits longer than this to be noticed.
    gather_at_ = std::min(gather_at_.value_or(Steady::max()), ground_.clock.steady() + gather_at_least_every);
    const Steady now = ground_.clock.steady();
    for (const Entry& entry : due.entries)
        if (projects_.contains(entry.key.project) && !rests_.rests(carry_errand(entry), now))
            schedule_.offer(carry_errand(entry));
    for (const OutboundKey& key : outbound.communications)
        if (projects_.contains(key.project) && !rests_.rests(send_errand(key), now))
            schedule_.offer(send_errand(key));
    for (const auto& next : {due.next, outbound.next})
        if (next) {
            const auto left = std::max(Duration{0}, *next - ground_.clock.now());
            gather_at_ = std::min(*gather_at_, ground_.clock.steady() + left);
        }
    send_out();
}

} // namespace efaxd::app
