// GET /status.
#include "serve/alarms.hpp"
#include "serve/parts.hpp"
#include "serve/status.hpp"

#include "efaxd/core/stage.hpp"
#include "efaxd/core/transmission.hpp"
#include "efaxd/events.hpp"

#include <algorithm>

namespace efaxd::serve {

namespace {

using json::Writer;

constexpr std::size_t most_alarms = 50; ///< shown in one answer; all are counted

/// The event's sentence; empty for a code that is no event's.
std::string sentence_of(const std::string& code) {
    const auto events = log::all_events();
    const auto found = std::find_if(events.begin(), events.end(),
                                    [&](const log::Event& event) { return event.code == code; });
    return found == events.end() ? std::string() : std::string(found->text);
}

void write_alarms(Writer& out, const std::vector<Alarm>& alarms) {
    out.member("well", alarms.empty()).member("alarms_total", alarms.size()).key("alarms").begin_array();
    for (std::size_t i = 0; i < std::min(alarms.size(), most_alarms); ++i) {
        const Alarm& alarm = alarms[i];
        out.begin_object().member("code", alarm.code).member("project", alarm.project);
        text_if(out, "text", sentence_of(alarm.code));
        text_if(out, "resource", alarm.resource);
        if (alarm.mailbox) {
            out.member("mailbox", alarm.mailbox->id);
            text_if(out, "reason", alarm.mailbox->reason);
            time_if(out, "last_success", alarm.mailbox->last_success);
            time_if(out, "last_fax", alarm.mailbox->last_fax);
        }
        out.end_object();
    }
    out.end_array();
}

void write_mailbox_counts(Writer& out, const std::vector<MailboxStatus>& mailboxes) {
    std::int64_t polling = 0;
    std::int64_t failing = 0;
    std::int64_t stale = 0;
    std::int64_t paused = 0;
    std::int64_t unread = 0;
    std::optional<Instant> oldest;
    for (const MailboxStatus& mailbox : mailboxes) {
        polling += mailbox.polling ? 1 : 0;
        failing += mailbox.failures > 0 ? 1 : 0;
        stale += mailbox.stale ? 1 : 0;
        paused += mailbox.paused ? 1 : 0;
        if (mailbox.paused)
            continue;
        unread += mailbox.last_success ? 0 : 1;
        if (mailbox.last_success && (!oldest || *mailbox.last_success < *oldest))
            oldest = mailbox.last_success;
    }
    out.key("mailboxes").begin_object();
    out.member("total", mailboxes.size()).member("polling", polling).member("failing", failing);
    out.member("stale", stale).member("paused", paused).member("unread", unread);
    time_if(out, "oldest_success", oldest);
    out.end_object();
}

using Stages = std::map<std::string, std::int64_t>;

template <class AllStages>
void write_stages(Writer& out, const Stages& stages, const AllStages& all) {
    out.key("stages").begin_object();
    for (const auto stage : all) {
        const auto found = stages.find(std::string(name_of(stage)));
        out.member(name_of(stage), found == stages.end() ? 0 : found->second);
    }
    out.end_object();
}

/// The counts of one project, or of all together.
void write_faxes(Writer& out, const ProjectStatus& counts, Instant now) {
    out.key("faxes").begin_object().member("waiting", counts.waiting).member("held", counts.held);
    time_if(out, "oldest_undelivered", counts.oldest_undelivered);
    if (counts.oldest_undelivered)
        out.member("oldest_undelivered_age_seconds",
                   std::max<std::int64_t>(0, seconds(now - *counts.oldest_undelivered)));
    out.member("suspected_spares", counts.suspected_spares);
    write_stages(out, counts.stages, all_stages);
    out.end_object();
}

using Sending = ProjectStatus::Sending;

/// The same for sending; the object is the caller's.
void write_sending(Writer& out, const Sending& counts, Instant now) {
    out.member("waiting", counts.waiting).member("held", counts.held).member("completed", counts.completed);
    out.member("failed", counts.failed).member("cancelled", counts.cancelled);
    out.member("untold", counts.untold).member("claimed_elsewhere", counts.claimed_elsewhere);
    time_if(out, "oldest_unsubmitted", counts.oldest_unsubmitted);
    if (counts.oldest_unsubmitted)
        out.member("oldest_unsubmitted_age_seconds",
                   std::max<std::int64_t>(0, seconds(now - *counts.oldest_unsubmitted)));
    write_stages(out, counts.stages, all_send_stages);
}

void add(Sending& sum, const Sending& counts) {
    sum.waiting += counts.waiting;
    sum.held += counts.held;
    sum.completed += counts.completed;
    sum.failed += counts.failed;
    sum.cancelled += counts.cancelled;
    sum.untold += counts.untold;
    sum.claimed_elsewhere += counts.claimed_elsewhere;
    for (const auto& [stage, transmissions] : counts.stages)
        sum.stages[stage] += transmissions;
    const auto& oldest = counts.oldest_unsubmitted;
    if (oldest && (!sum.oldest_unsubmitted || *oldest < *sum.oldest_unsubmitted))
        sum.oldest_unsubmitted = oldest;
}

ProjectStatus add_up(const std::vector<ProjectStatus>& projects) {
    ProjectStatus sum;
    for (const ProjectStatus& project : projects) {
        sum.held += project.held;
        sum.waiting += project.waiting;
        sum.suspected_spares += project.suspected_spares;
        for (const auto& [stage, faxes] : project.stages)
            sum.stages[stage] += faxes;
        const auto& oldest = project.oldest_undelivered;
        if (oldest && (!sum.oldest_undelivered || *oldest < *sum.oldest_undelivered))
            sum.oldest_undelivered = oldest;
        add(sum.sending, project.sending);
    }
    return sum;
}

void write_side(Writer& out, std::string_view name, const SideStatus& side, bool efax) {
    out.key(name).begin_object();
    text_if(out, "base_url", side.base_url);
    out.member("signed_in", side.signed_in).member("tokens_asked", side.tokens_asked);
    if (efax)
        out.member("rival", side.rival);
    seconds_if(out, "paused_seconds", side.paused);
    seconds_if(out, "skew_seconds", side.skew);
    text_if(out, "reason", side.reason);
    out.end_object();
}

void write_project(Writer& out, const ProjectStatus& project, const Status& status) {
    const auto mailboxes =
        std::count_if(status.mailboxes.begin(), status.mailboxes.end(),
                      [&](const MailboxStatus& one) { return one.project == project.name; });
    out.begin_object().member("name", project.name).member("mailboxes", mailboxes);
    write_side(out, "efax", project.efax, true);
    write_side(out, "fhir", project.fhir, false);
    time_if(out, "discovered", project.discovered);
    text_if(out, "discovery_reason", project.discovery_reason);
    write_faxes(out, project, status.now);
    out.key("sending").begin_object().member("live", project.sending.live);
    write_sending(out, project.sending, status.now);
    out.end_object();
    out.key("alarms").begin_array();
    for (const std::string& code : project.alarms)
        out.text(code);
    out.end_array().end_object();
}

} // namespace

std::string status_json(const Status& status) {
    Writer out;
    out.begin_object().member("schema", schema_version);
    out.member("version", status.version);
    text_if(out, "sqlite_version", status.sqlite_version);
    time_if(out, "now", status.now);
    time_if(out, "started", status.started);
    out.member("uptime_seconds", std::max<std::int64_t>(0, seconds(status.now - status.started)));
    write_alarms(out, alarms_of(status));
    out.key("hands")
        .begin_object()
        .member("total", status.hands)
        .member("busy", status.busy_hands)
        .end_object();
    out.member("free_disk_bytes", status.free_disk_bytes);
    write_mailbox_counts(out, status.mailboxes);
    const ProjectStatus sum = add_up(status.projects);
    write_faxes(out, sum, status.now);
    out.key("transmissions").begin_object();
    write_sending(out, sum.sending, status.now);
    out.end_object();
    out.key("projects").begin_array();
    for (const ProjectStatus& project : status.projects)
        write_project(out, project, status);
    out.end_array().end_object();
    return out.take();
}

} // namespace efaxd::serve
