// GET /metrics: the Prometheus text format.
#include "serve/alarms.hpp"
#include "serve/parts.hpp"
#include "serve/status.hpp"

#include "efaxd/core/stage.hpp"
#include "efaxd/core/transmission.hpp"
#include "efaxd/meter.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace efaxd::serve {

namespace {

using meter::Labels;

class Page {
  public:
    void family(const std::string& name, const char* type, const char* help) {
        name_ = "efaxd_" + name;
        text_ += "# HELP " + name_ + ' ' + help + "\n# TYPE " + name_ + ' ' + type + '\n';
    }

    void sample(Labels labels, const std::string& value) {
        text_ += name_ + meter::label_text(labels) + ' ' + value + '\n';
    }
    void sample(Labels labels, std::int64_t value) { sample(labels, std::to_string(value)); }
    void sample(Labels labels, bool value) { sample(labels, std::string(value ? "1" : "0")); }
    void sample(Labels labels, Instant value) { sample(labels, unix_seconds(value)); }

    std::string take() { return std::move(text_); }

  private:
    /// Milliseconds are kept: a poll may be far more frequent than once a second.
    static std::string unix_seconds(Instant instant) {
        const std::int64_t ms = instant.time_since_epoch().count();
        const std::string rest = std::to_string(1000 + (ms % 1000 + 1000) % 1000);
        return std::to_string((ms - (ms % 1000 + 1000) % 1000) / 1000) + '.' + rest.substr(1);
    }

    std::string name_;
    std::string text_;
};

void write_daemon(Page& page, const Status& status) {
    page.family("build_info", "gauge", "Version of the running daemon; always 1.");
    page.sample({{"version", status.version}}, std::int64_t{1});
    page.family("start_time_seconds", "gauge", "When the daemon started, in seconds since 1970.");
    page.sample({}, status.started);
    page.family("status_timestamp_seconds", "gauge", "When these figures were taken, in seconds since 1970.");
    page.sample({}, status.now);
    page.family("hands", "gauge", "Threads that run errands.");
    page.sample({}, std::int64_t{status.hands});
    page.family("hands_busy", "gauge", "Threads that run an errand at present.");
    page.sample({}, std::int64_t{status.busy_hands});
    page.family("free_disk_bytes", "gauge", "Free disk under the state directory.");
    page.sample({}, static_cast<std::int64_t>(status.free_disk_bytes));
    page.family("alarms", "gauge", "Alarms that stand at present; 0 when all is well.");
    const auto standing = alarms_of(status);
    const auto count = [&](const std::string& project, std::string_view code) {
        return std::ranges::count_if(standing, [&](const Alarm& alarm) {
            return alarm.project == project && (code.empty() || alarm.code == code);
        });
    };
    for (const ProjectStatus& project : status.projects)
        page.sample({{"project", project.name}}, std::int64_t{count(project.name, {})});
    page.family("alarm", "gauge", "Alarms of one code that stand at present, for each code there is.");
    for (const ProjectStatus& project : status.projects)
        for (const std::string_view code : alarm_codes())
            page.sample({{"project", project.name}, {"code", code}}, std::int64_t{count(project.name, code)});
}

/// With our prefix: node_exporter, which may carry these figures in a file, has figures of its own process.
void write_process(Page& page, const Usage& usage) {
    page.family("process_cpu_seconds_total", "counter", "Processor time spent, in seconds.");
    page.sample({}, Instant{usage.cpu});
    const auto gauge = [&](const char* name, const char* help, std::int64_t value) {
        page.family(name, "gauge", help);
        page.sample({}, value);
    };
    gauge("process_resident_memory_bytes", "Memory in use, in bytes.", usage.resident_bytes);
    gauge("process_virtual_memory_bytes", "Address space in use, in bytes.", usage.virtual_bytes);
    gauge("process_open_fds", "Open files and connections.", usage.open_files);
    gauge("process_max_fds", "Open files and connections that are allowed.", usage.most_files);
    gauge("process_threads", "Threads of the process.", usage.threads);
}

/// One gauge with a sample for each project.
template <class Value>
void per_project(Page& page, const Status& status, const char* name, const char* help, Value value) {
    page.family(name, "gauge", help);
    for (const ProjectStatus& project : status.projects)
        page.sample({{"project", project.name}}, value(project));
}

/// The same, where the value may be unknown.
template <class Value>
void known_per_project(Page& page, const Status& status, const char* name, const char* help, Value value) {
    page.family(name, "gauge", help);
    for (const ProjectStatus& project : status.projects)
        if (const auto known = value(project))
            page.sample({{"project", project.name}}, *known);
}

void write_sides(Page& page, const Status& status) {
    using Project = ProjectStatus;
    per_project(page, status, "efax_signed_in", "1 while there is a live eFax token.",
                [](const Project& p) { return p.efax.signed_in; });
    per_project(page, status, "fhir_signed_in", "1 while there is a live token of the FHIR server.",
                [](const Project& p) { return p.fhir.signed_in; });
    per_project(page, status, "efax_rival", "1 while another program seems to use this App ID.",
                [](const Project& p) { return p.efax.rival; });
    const auto skew = [](const SideStatus& side) -> std::optional<std::int64_t> {
        return side.skew ? std::optional(seconds(*side.skew)) : std::nullopt;
    };
    known_per_project(page, status, "efax_clock_skew_seconds", "eFax's clock minus ours, in seconds.",
                      [&](const Project& p) { return skew(p.efax); });
    known_per_project(page, status, "fhir_clock_skew_seconds",
                      "The FHIR server's clock minus ours, in seconds.",
                      [&](const Project& p) { return skew(p.fhir); });
    page.family("efax_tokens_asked_total", "counter", "eFax tokens asked for since the start.");
    for (const Project& p : status.projects)
        page.sample({{"project", p.name}}, std::int64_t{p.efax.tokens_asked});
    page.family("fhir_tokens_asked_total", "counter", "FHIR tokens asked for since the start.");
    for (const Project& p : status.projects)
        page.sample({{"project", p.name}}, std::int64_t{p.fhir.tokens_asked});
    known_per_project(page, status, "discovery_last_success_timestamp_seconds",
                      "When owners were last discovered, in seconds since 1970.",
                      [](const Project& p) { return p.discovered; });
}

using Stages = std::map<std::string, std::int64_t>;

template <class AllStages>
void sample_stages(Page& page, const std::string& project, const Stages& stages, const AllStages& all) {
    for (const auto stage : all) {
        const auto found = stages.find(std::string(name_of(stage)));
        page.sample({{"project", project}, {"stage", name_of(stage)}},
                    found == stages.end() ? std::int64_t{0} : found->second);
    }
}

void write_faxes(Page& page, const Status& status) {
    using Project = ProjectStatus;
    page.family("faxes", "gauge", "Faxes in the ledger by stage, the held ones included.");
    for (const Project& project : status.projects)
        sample_stages(page, project.name, project.stages, all_stages);
    per_project(page, status, "faxes_waiting", "Faxes not yet delivered, the held ones not counted.",
                [](const Project& p) { return p.waiting; });
    per_project(page, status, "faxes_held", "Faxes held for a person.",
                [](const Project& p) { return p.held; });
    known_per_project(page, status, "oldest_undelivered_timestamp_seconds",
                      "When the oldest undelivered fax was first seen, in seconds since 1970.",
                      [](const Project& p) { return p.oldest_undelivered; });
    per_project(page, status, "suspected_spare_binaries",
                "Binaries on the FHIR server that may belong to no fax.",
                [](const Project& p) { return p.suspected_spares; });
}

void write_transmissions(Page& page, const Status& status) {
    using Project = ProjectStatus;
    per_project(page, status, "sending_live",
                "1 while faxes are sent; 0 while they wait for an administrator.",
                [](const Project& p) { return p.sending.live; });
    page.family("transmissions", "gauge", "Outbound faxes in the ledger by stage, the held ones included.");
    for (const Project& project : status.projects)
        sample_stages(page, project.name, project.sending.stages, all_send_stages);
    per_project(page, status, "transmissions_waiting", "Outbound faxes not over, the held ones not counted.",
                [](const Project& p) { return p.sending.waiting; });
    per_project(page, status, "transmissions_held", "Outbound faxes held for a person.",
                [](const Project& p) { return p.sending.held; });
    per_project(page, status, "transmissions_untold",
                "Outbound faxes whose Communication could not be told how they stand.",
                [](const Project& p) { return p.sending.untold; });
    per_project(page, status, "communications_claimed_elsewhere",
                "In-progress Communications that somebody else has claimed or sent.",
                [](const Project& p) { return p.sending.claimed_elsewhere; });
    page.family("transmissions_total", "counter", "Outbound faxes that have ended, by outcome.");
    for (const Project& project : status.projects) {
        const auto ended = [&](SendOutcome outcome, std::int64_t count) {
            page.sample({{"project", project.name}, {"outcome", name_of(outcome)}}, count);
        };
        ended(SendOutcome::completed, project.sending.completed);
        ended(SendOutcome::failed, project.sending.failed);
        ended(SendOutcome::cancelled, project.sending.cancelled);
    }
    known_per_project(page, status, "oldest_unsubmitted_seconds",
                      "How long the oldest outbound fax that eFax has not taken has been waiting.",
                      [&](const Project& p) -> std::optional<std::int64_t> {
                          if (!p.sending.oldest_unsubmitted)
                              return std::nullopt;
                          return std::max<std::int64_t>(0,
                                                        seconds(status.now - *p.sending.oldest_unsubmitted));
                      });
}

/// One gauge with a sample for each mailbox; `value` gives nothing where it is unknown.
template <class Value>
void per_mailbox(Page& page, const Status& status, const char* name, const char* help, Value value) {
    page.family(name, "gauge", help);
    for (const MailboxStatus& mailbox : status.mailboxes)
        if (const auto known = value(mailbox))
            page.sample({{"project", mailbox.project},
                         {"mailbox", mailbox.id},
                         {"owner", name_of(mailbox.owner.kind)}},
                        *known);
}

void write_mailboxes(Page& page, const Status& status) {
    using Mailbox = MailboxStatus;
    using Number = std::optional<std::int64_t>;
    using Flag = std::optional<bool>;
    per_mailbox(page, status, "mailbox_last_poll_timestamp_seconds",
                "When the mailbox was last polled, in seconds since 1970.",
                [](const Mailbox& m) { return m.last_poll; });
    per_mailbox(page, status, "mailbox_last_success_timestamp_seconds",
                "When the mailbox was last read to its end, in seconds since 1970.",
                [](const Mailbox& m) { return m.last_success; });
    per_mailbox(page, status, "mailbox_failures", "Failed polls in a row.",
                [](const Mailbox& m) { return Number{m.failures}; });
    per_mailbox(page, status, "mailbox_stale", "1 while the mailbox has not been read for too long.",
                [](const Mailbox& m) { return Flag{m.stale}; });
    per_mailbox(page, status, "mailbox_silent", "1 while the mailbox has brought no fax for unusually long.",
                [](const Mailbox& m) { return Flag{m.silent}; });
    per_mailbox(page, status, "mailbox_last_fax_timestamp_seconds",
                "When new faxes were last found in the mailbox, in seconds since 1970.",
                [](const Mailbox& m) { return m.last_fax; });
    per_mailbox(page, status, "mailbox_paused", "1 while a person keeps the mailbox paused.",
                [](const Mailbox& m) { return Flag{m.paused}; });
    per_mailbox(page, status, "mailbox_faxes_waiting", "Faxes of the mailbox not yet delivered, not held.",
                [](const Mailbox& m) { return Number{m.waiting}; });
    per_mailbox(page, status, "mailbox_faxes_held", "Faxes of the mailbox held for a person.",
                [](const Mailbox& m) { return Number{m.held}; });
    per_mailbox(page, status, "mailbox_faxes_delivered", "Faxes of the mailbox delivered, by the ledger.",
                [](const Mailbox& m) { return Number{m.delivered}; });
}

} // namespace

std::string metrics_text(const Status& status) {
    Page page;
    write_daemon(page, status);
    if (status.usage)
        write_process(page, *status.usage);
    write_sides(page, status);
    write_faxes(page, status);
    write_transmissions(page, status);
    write_mailboxes(page, status);
    return page.take();
}

} // namespace efaxd::serve
