// The foreman's outbound half: errands of Communications, pick-ups, and what callers and eFax ask for.

#include "app/foreman.hpp"
#include "efaxd/log.hpp"

#include <algorithm>

namespace efaxd::app {

namespace {

using namespace std::chrono_literals;

constexpr Duration between_hints = 5s;

} // namespace

std::string Foreman::only_project() const {
    return projects_.size() == 1 ? projects_.begin()->first : std::string{};
}

// ---- errands

void Foreman::send_came_back(const ErrandReport& report) {
    const OutboundKey key{report.errand.project, report.errand.fax_id};
    moved_ = true;
    if (report.well() && !report.rows.empty())
        board_.note_fhir_success(key.project);
    std::optional<Instant> due;
    for (const Transmission& row : report.rows)
        if (row.due && (!due || *row.due < *due))
            due = row.due;
    if (due)
        gather_by(ground_.clock.steady() + std::max(Duration{0}, *due - ground_.clock.now()));
    if (report.rows.empty())
        rest_unsaved(report);
    else
        rests_.end(report.errand);
    if (send_again_.erase(key) > 0) { // what was asked for came after this errand had begun
        schedule_.offer(send_errand(key));
        return;
    }
    send_calls_.carried(key, report.rows);
}

void Foreman::send_for_caller(const OutboundKey& key, bool eager) {
    const Errand errand = send_errand(key);
    if (eager)
        eager_.insert(key);
    if (schedule_.is_out(errand))
        send_again_.insert(key);
    else
        schedule_.offer(errand);
    send_out();
}

void Foreman::poll_for_caller(const std::string& mailbox) {
    const MailboxRecord* const record = board_.find_mailbox(mailbox);
    if (!record || schedule_.is_out(poll_errand(record->mailbox)))
        return;
    schedule_.set_due(poll_errand(record->mailbox), ground_.clock.steady());
    send_out();
}

void Foreman::plan_pick_up(const Project& project) {
    const config::Send& send = project.config().send;
    if (send.live && send.pick_up)
        schedule_.set_due(pick_up_errand(project.name()), ground_.clock.steady());
    else
        leave_pick_up(project.name());
}

void Foreman::leave_pick_up(const std::string& project) {
    schedule_.drop(pick_up_errand(project));
    board_.project(project).pick_up = {};
    board_.project(project).pick_up_failures = 0;
}

void Foreman::pick_up_came_back(const ErrandReport& report) {
    const auto found = projects_.find(report.errand.project);
    if (found == projects_.end() || !found->second->config().send.pick_up)
        return;
    const config::Project& config = found->second->config();
    auto& record = board_.project(report.errand.project);
    const Duration every = *config.send.pick_up;
    Steady next = jittered(every);
    if (report.well()) {
        record.pick_up_failures = 0;
        record.picked_up = report.started;
        record.pick_up = report.picked_up;
        board_.note_fhir_success(report.errand.project);
        if (report.picked_up.accepted > 0)
            log::write(log::send_picked_up,
                       {log::project(report.errand.project),
                        log::count("communications", static_cast<std::int64_t>(report.picked_up.accepted))});
    } else {
        const Fault fault = report.fault.value_or(Fault(Fault::Kind::passing, "daemon.internal"));
        ++record.pick_up_failures;
        const Duration wait =
            std::max({every, backoff(config.retry, record.pick_up_failures, ground_.clock.dice()),
                      fault.retry_after.value_or(Duration{0})});
        next = ground_.clock.steady() + wait;
        log::write(log::send_pick_up_failed, {log::project(report.errand.project), log::reason(fault.reason),
                                              log::detail(fault), log::wait(wait)});
    }
    gather_by(ground_.clock.steady()); // one that failed at its end may have accepted before
    schedule_.set_due_again(report.errand, next);
}

// ---- what a person decides

void Foreman::decide(const TransmissionKey& key, Decide decide, Decided done) {
    const OutboundKey communication{key.project, key.communication};
    at_loop([this, key, communication, decide = std::move(decide), done = std::move(done)] {
        const Errand errand = send_errand(communication);
        if (!schedule_.seize(errand))
            return done(Change::busy, {});
        at_desk([this, key, communication, errand, decide, done] {
            auto result = Change::failed;
            flow::Decision decision;
            try {
                auto rows = ground_.outbox.find(communication);
                const auto row = std::ranges::find(rows, key, &Transmission::key);
                result = row == rows.end() ? Change::no_such_fax : Change::done;
                if (row != rows.end()) {
                    decision = decide(*row);
                    if (decision.done)
                        ground_.outbox.save(*row);
                }
            } catch (const GroundFault&) {
                throw;
            } catch (const std::exception&) { // a full disk, say: nothing was changed
                result = Change::failed;
            }
            at_loop([this, errand, result, decision, done] {
                schedule_.came_back(errand, {}, true);
                rests_.end(errand);
                moved_ = true;
                gather_by(ground_.clock.steady());
                done(result, decision);
                send_out();
            });
        });
    });
}

void Foreman::list_transmissions(const OutboxQuery& query,
                                 std::function<void(const std::vector<Transmission>&)> told) {
    at_desk([this, query, told = std::move(told)] { told(ground_.outbox.list(query)); });
}

// ---- hints

void Foreman::look_later(const std::string& project, Steady when) {
    hints_to_come_.emplace(project, when);
    arm();
}

void Foreman::look_after_delayed_hints() {
    const Steady now = ground_.clock.steady();
    std::vector<std::string> ripe;
    for (const auto& [project, when] : hints_to_come_)
        if (when <= now)
            ripe.push_back(project);
    for (const std::string& project : ripe) {
        hints_to_come_.erase(project);
        look_after_notification(project);
    }
}

void Foreman::look_after_notification(const std::string& project) {
    const Steady now = ground_.clock.steady();
    const auto last = last_hint_.find(project);
    if (last != last_hint_.end() && now - last->second < between_hints)
        return look_later(project, last->second + between_hints);
    last_hint_[project] = now;
    for (const auto& [id, record] : board_.mailboxes()) {
        if (record.mailbox.project != project || record.paused || record.failures > 0)
            continue;
        if (schedule_.is_out(poll_errand(record.mailbox)))
            look_later(project, now + between_hints);
        poll_for_caller(id);
    }
    at_desk([this, project] {
        OutboxQuery query;
        query.project = project;
        query.stage = SendStage::submitted;
        query.open_only = true;
        std::set<OutboundKey> keys;
        for (const Transmission& row : ground_.outbox.list(query))
            keys.insert({row.key.project, row.key.communication});
        at_loop([this, keys] {
            for (const OutboundKey& key : keys)
                send_for_caller(key, true);
        });
    });
}

} // namespace efaxd::app
