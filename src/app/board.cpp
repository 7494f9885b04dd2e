#include "app/board.hpp"

#include <algorithm>
#include <utility>

namespace efaxd::app {

namespace {

/// What both sides have in common.
template <class State>
serve::SideStatus side_of(const State& state, const std::string& base_url, const std::string& reason) {
    serve::SideStatus side;
    side.base_url = base_url;
    side.tokens_asked = state.tokens_asked;
    side.paused = state.paused;
    side.skew = state.skew;
    side.reason = reason;
    return side;
}

serve::SideStatus efax_side(const Project& project, const std::string& reason) {
    const auto state = project.efax().state();
    auto side = side_of(state, project.config().efax.base_url, reason);
    side.signed_in = state.has_token;
    side.rival = state.rival;
    return side;
}

serve::SideStatus fhir_side(const Project& project, const std::string& reason) {
    const auto state = project.fhir().state();
    auto side = side_of(state, project.config().fhir.endpoint.base_url, reason);
    side.signed_in = state.signed_in;
    return side;
}

constexpr int failures_to_alarm = 3; ///< in a row: one or two happen everywhere
constexpr int tries_to_alarm = 8;    ///< to tell one Communication: about an hour of waits as they grow
constexpr Duration most_skew = std::chrono::minutes{5};

bool is_skewed(std::optional<Duration> skew) { return skew && (*skew > most_skew || *skew < -most_skew); }

bool delivered(Stage stage) { return stage >= Stage::delivered; }

void add_alarm(serve::ProjectStatus& project, bool standing, const log::Event& event) {
    if (standing && std::ranges::find(project.alarms, event.code) == project.alarms.end())
        project.alarms.emplace_back(event.code);
}

/// An alarm that names one Communication it is about.
void add_alarm_about(serve::ProjectStatus& project, const std::string& communication,
                     const log::Event& event) {
    add_alarm(project, !communication.empty(), event);
    if (!communication.empty())
        project.alarm_resources[std::string(event.code)] = "Communication/" + communication;
}

/// Is a transmission held that may have gone out, or one that eFax certainly never got?
bool holds(const OutboxTotals& totals, const std::string& project, bool may_be_out) {
    return std::ranges::any_of(totals.tallies, [&](const OutboxTally& tally) {
        return tally.project == project && tally.held && tally.transmissions > 0 &&
               (tally.stage >= SendStage::submitting) == may_be_out;
    });
}

bool shares_user_id(const Project& project) {
    return std::ranges::any_of(project.mailboxes()->oddities, [](const MailboxOddity& oddity) {
        return oddity.reason == log::mailbox_shared_user_id.code;
    });
}

} // namespace

MailboxRecord* Board::find_mailbox(const std::string& id) {
    const auto found = mailboxes_.find(id);
    return found == mailboxes_.end() ? nullptr : &found->second;
}

void Board::note_efax_success(const std::string& project) {
    auto& record = projects_[project];
    record.efax_reason.clear();
    record.efax_refused = false;
}

void Board::note_fhir_success(const std::string& project) {
    auto& record = projects_[project];
    record.fhir_refused = false;
    record.fhir_reason.clear();
    record.fhir_failures = 0;
}

bool Board::note_fault(const std::string& project, const Fault& fault) {
    auto& record = projects_[project];
    if (fault.reason.starts_with("efax."))
        record.efax_reason = fault.reason;
    if (fault.reason.starts_with("fhir.")) {
        record.fhir_reason = fault.reason;
        ++record.fhir_failures;
    }
    if (fault.reason == log::efax_sign_in_refused.code)
        return !std::exchange(record.efax_refused, true);
    if (fault.reason == log::fhir_sign_in_refused.code)
        return !std::exchange(record.fhir_refused, true);
    return false;
}

std::vector<std::string> Board::find_stale(Instant now, Duration patience) {
    std::vector<std::string> fresh;
    for (auto& [id, record] : mailboxes_) {
        const Instant last = record.last_success.value_or(record.known_since);
        const bool stale = !record.paused && now - last > std::max(patience, 3 * record.mailbox.poll);
        if (stale && !record.stale)
            fresh.push_back(id);
        record.stale = stale;
    }
    return fresh;
}

std::vector<std::string> Board::find_silent(Instant now) {
    std::vector<std::string> fresh;
    for (auto& [id, record] : mailboxes_) {
        // What came while we were away is known after the first reading only.
        const bool read = record.last_success && !record.stale && !record.paused;
        const bool silent = read && record.arrivals.silent(now);
        if (silent && !record.silent)
            fresh.push_back(id);
        record.silent = silent;
    }
    return fresh;
}

std::vector<std::string> Board::find_skewed(const std::map<std::string, std::shared_ptr<Project>>& projects) {
    std::vector<std::string> fresh;
    for (const auto& [name, project] : projects) {
        auto& record = projects_[name];
        const bool skewed =
            is_skewed(project->efax().state().skew) || is_skewed(project->fhir().state().skew);
        if (skewed && !record.skewed)
            fresh.push_back(name);
        record.skewed = skewed;
    }
    return fresh;
}

std::vector<std::string> Board::find_overdue(const Totals& totals, Instant now, Duration patience) {
    std::vector<std::string> fresh;
    for (auto& [name, record] : projects_) {
        const auto oldest = totals.oldest_undelivered.find(name);
        const bool overdue = oldest != totals.oldest_undelivered.end() && now - oldest->second > patience;
        if (overdue && !record.overdue)
            fresh.push_back(name);
        record.overdue = overdue;
    }
    return fresh;
}

FaxCount count_faxes(const Totals& totals, const std::string& project) {
    FaxCount count;
    for (const Tally& tally : totals.tallies) {
        if (!project.empty() && tally.project != project)
            continue;
        if (tally.held)
            count.held += tally.faxes;
        else if (delivered(tally.stage))
            count.delivered += tally.faxes;
        else
            count.waiting += tally.faxes;
    }
    return count;
}

SendCount count_transmissions(const OutboxTotals& totals, const std::string& project) {
    SendCount count;
    for (const OutboxTally& tally : totals.tallies) {
        if (tally.project != project)
            continue;
        if (tally.held)
            count.held += tally.transmissions;
        else if (tally.outcome == SendOutcome::completed)
            count.completed += tally.transmissions;
        else if (tally.outcome == SendOutcome::failed)
            count.failed += tally.transmissions;
        else if (tally.outcome == SendOutcome::cancelled)
            count.cancelled += tally.transmissions;
        else
            count.waiting += tally.transmissions;
    }
    return count;
}

std::vector<std::string> Board::find_unsent(const std::map<std::string, std::shared_ptr<Project>>& projects,
                                            const OutboxTotals& totals, Instant now, Duration patience) {
    std::vector<std::string> fresh;
    for (const auto& [name, project] : projects) {
        auto& record = projects_[name];
        const auto oldest = totals.oldest_unsubmitted.find(name);
        const bool unsent = project->config().send.live && oldest != totals.oldest_unsubmitted.end() &&
                            now - oldest->second > patience;
        if (unsent && !record.unsent)
            fresh.push_back(name);
        record.unsent = unsent;
    }
    return fresh;
}

std::vector<std::string> Board::find_untold(const OutboxTotals& totals, Instant now, Duration patience) {
    std::vector<std::string> fresh;
    for (auto& [name, record] : projects_) {
        const auto found = totals.untold.find(name);
        const bool untold = found != totals.untold.end() && (now - found->second.oldest > patience ||
                                                             found->second.most_tries >= tries_to_alarm);
        if (untold && !record.untold)
            fresh.push_back(name);
        record.untold = untold;
    }
    return fresh;
}

serve::ProjectStatus::Sending Board::sending_of(const Project& project, const OutboxTotals& totals) {
    serve::ProjectStatus::Sending sending;
    const SendCount count = count_transmissions(totals, project.name());
    sending.live = project.config().send.live;
    sending.waiting = count.waiting;
    sending.held = count.held;
    sending.completed = count.completed;
    sending.failed = count.failed;
    sending.cancelled = count.cancelled;
    for (const SendStage stage : all_send_stages)
        sending.stages[std::string(name_of(stage))] = 0;
    for (const OutboxTally& tally : totals.tallies)
        if (tally.project == project.name())
            sending.stages[std::string(name_of(tally.stage))] += tally.transmissions;
    const auto oldest = totals.oldest_unsubmitted.find(project.name());
    if (oldest != totals.oldest_unsubmitted.end())
        sending.oldest_unsubmitted = oldest->second;
    if (const auto untold = totals.untold.find(project.name()); untold != totals.untold.end())
        sending.untold = untold->second.transmissions;
    return sending;
}

serve::Status Board::status(const std::map<std::string, std::shared_ptr<Project>>& projects,
                            const Totals& totals, const OutboxTotals& outbound) const {
    serve::Status status;
    std::map<std::string, std::size_t> at; // position of a project in the status
    for (const auto& [name, project] : projects) {
        const auto known = projects_.find(name);
        const ProjectRecord record = known == projects_.end() ? ProjectRecord{} : known->second;
        serve::ProjectStatus shown;
        shown.name = name;
        shown.efax = efax_side(*project, record.efax_reason);
        shown.fhir = fhir_side(*project, record.fhir_reason);
        shown.discovered = record.discovered;
        shown.discovery_reason = record.discovery_reason;
        for (const Stage stage : all_stages)
            shown.stages[std::string(name_of(stage))] = 0;
        if (const auto oldest = totals.oldest_undelivered.find(name);
            oldest != totals.oldest_undelivered.end())
            shown.oldest_undelivered = oldest->second;
        if (const auto spares = totals.spares.find(name); spares != totals.spares.end())
            shown.suspected_spares = spares->second;
        shown.sending = sending_of(*project, outbound);
        add_alarm(shown, count_faxes(totals, name).held > 0, log::fax_held);
        add_alarm(shown, shares_user_id(*project), log::mailbox_shared_user_id);
        add_alarm(shown, holds(outbound, name, true), log::send_held);
        add_alarm(shown, holds(outbound, name, false), log::send_held_back);
        add_alarm(shown, record.unsent, log::send_overdue);
        add_alarm(shown, record.untold, log::send_unwritten);
        shown.sending.claimed_elsewhere = static_cast<std::int64_t>(record.pick_up.elsewhere);
        add_alarm_about(shown, record.pick_up.first_orphan, log::send_orphaned);
        add_alarm_about(shown, record.pick_up.first_stuck, log::send_set_aside);
        add_alarm(shown, record.pick_up_failures > failures_to_alarm, log::send_pick_up_failed);
        add_alarm(shown, record.efax_refused && !shown.efax.signed_in, log::efax_sign_in_refused);
        add_alarm(shown, record.fhir_refused && !shown.fhir.signed_in, log::fhir_sign_in_refused);
        add_alarm(shown, shown.efax.rival, log::efax_rival);
        add_alarm(shown, record.shrunk, log::discovery_shrunk);
        add_alarm(shown, record.skewed, log::clock_skew);
        add_alarm(shown, record.overdue, log::fax_overdue);
        add_alarm(shown, record.fhir_failures > failures_to_alarm, log::fax_waits);
        add_alarm(shown, record.discovery_failures > failures_to_alarm, log::discovery_failed);
        at[name] = status.projects.size();
        status.projects.push_back(std::move(shown));
    }

    std::map<std::string, std::size_t> box; // position of a mailbox in the status
    for (const auto& [id, record] : mailboxes_) {
        serve::MailboxStatus shown;
        shown.id = id;
        shown.project = record.mailbox.project;
        shown.owner = record.mailbox.owner;
        shown.recipient = record.mailbox.recipient;
        shown.masked_user_id = masked_user_id(record.mailbox.user_id);
        shown.last_poll = record.last_poll;
        shown.last_success = record.last_success;
        shown.next_poll = record.next_poll;
        shown.failures = record.failures;
        shown.reason = record.reason;
        shown.stale = record.stale;
        shown.silent = record.silent;
        shown.last_fax = record.arrivals.last();
        shown.paused = record.paused;
        if (const auto project = at.find(record.mailbox.project); project != at.end()) {
            add_alarm(status.projects[project->second], record.stale, log::mailbox_stale);
            add_alarm(status.projects[project->second], record.silent, log::mailbox_silent);
            add_alarm(status.projects[project->second], record.reason == "efax.user_refused",
                      log::mailbox_refused);
            add_alarm(status.projects[project->second], record.failures > failures_to_alarm,
                      log::mailbox_failed);
            add_alarm(status.projects[project->second], record.unreadable > 0, log::mailbox_unreadable);
        }
        box[id] = status.mailboxes.size();
        status.mailboxes.push_back(std::move(shown));
    }

    for (const Tally& tally : totals.tallies) {
        if (const auto found = at.find(tally.project); found != at.end()) {
            auto& project = status.projects[found->second];
            project.stages[std::string(name_of(tally.stage))] += tally.faxes;
            if (tally.held)
                project.held += tally.faxes;
            if (!tally.held && !delivered(tally.stage))
                project.waiting += tally.faxes;
        }
        if (const auto found = box.find(tally.mailbox); found != box.end()) {
            auto& mailbox = status.mailboxes[found->second];
            if (tally.held)
                mailbox.held += tally.faxes;
            else if (delivered(tally.stage))
                mailbox.delivered += tally.faxes;
            else
                mailbox.waiting += tally.faxes;
        }
    }
    return status;
}

} // namespace efaxd::app
