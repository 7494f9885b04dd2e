#include "ctl/views.hpp"

#include "ctl/fields.hpp"
#include "ctl/text.hpp"

namespace efaxd::ctl {

namespace {

using json::Value;

std::string alarm_text(const Value& alarm, const Look& look) {
    const std::string reason = text(alarm, "reason");
    if (text(alarm, "code") == "mailbox.silent") {
        const auto fax = time(alarm, "last_fax");
        return "mailbox " + text(alarm, "mailbox") + " has brought no fax " +
               (fax ? "for " + span(look.now - *fax) : std::string("for unusually long"));
    }
    if (alarm["mailbox"]) {
        const auto success = time(alarm, "last_success");
        std::string out = "mailbox " + text(alarm, "mailbox") + " not read ";
        out += success ? "for " + span(look.now - *success) : std::string("since the start");
        return reason.empty() ? out : out + " (" + reason + ')';
    }
    const std::string sentence = text(alarm, "text");
    std::string code = text(alarm, "code");
    if (alarm["resource"])
        code += ", " + text(alarm, "resource");
    return "project " + text(alarm, "project") + ": " + (sentence.empty() ? "" : sentence + " ") + '(' +
           code +
           (code.starts_with("send.held") ? ", efaxctl transmissions --held)"
            : code == "fax.held"          ? ", efaxctl faxes --held)"
                                          : ")");
}

/// `3 mailboxes read within the last minute`
std::string reading(const Value& status, const Look& look) {
    const Value counts = status["mailboxes"];
    const std::int64_t active = count(counts, "total") - count(counts, "paused");
    const std::int64_t unread = count(counts, "unread");
    std::string out = counted(active - unread, "mailbox", "mailboxes") + " read";
    if (const auto oldest = time(counts, "oldest_success"))
        out += " within the last " + within(look.now - *oldest);
    if (unread > 0)
        out += ", " + std::to_string(unread) + " not read yet";
    if (count(counts, "paused") > 0)
        out += ", " + std::to_string(count(counts, "paused")) + " paused";
    return out;
}

std::string load(const Value& status) {
    const Value faxes = status["faxes"];
    return counted(count(faxes, "waiting"), "fax", "faxes") + " waiting, " +
           std::to_string(count(faxes, "held")) + " held";
}

/// Mailboxes there are, and not one was read since the start.
bool is_starting(const Value& counts) {
    const std::int64_t active = count(counts, "total") - count(counts, "paused");
    return active > 0 && count(counts, "unread") == active;
}

/// The reasons of the sides, where there are any: `efax.timed_out`
std::string what_keeps_it(const Value& projects) {
    std::string out;
    for (std::size_t i = 0; i < projects.size(); ++i)
        for (const char* side : {"efax", "fhir"})
            if (const auto reason = text(projects.at(i)[side], "reason");
                !reason.empty() && out.find(reason) == std::string::npos)
                out += (out.empty() ? "" : ", ") + reason;
    return out.empty() ? "the first answer of eFax" : out;
}

std::string verdict(const Value& status, const Look& look) {
    const std::int64_t alarms = count(status, "alarms_total");
    const bool only_held = alarms == 1 && text(status["alarms"].at(0), "code") == "fax.held";
    if (!only_held && (alarms > 0 || !status["well"].boolean().value_or(false))) {
        std::string line = "NOT WELL: " + alarm_text(status["alarms"].at(0), look);
        if (alarms > 1)
            line += ", and " + counted(alarms - 1, "more alarm", "more alarms");
        return painted(line, Paint::bad, look.colour);
    }
    if (count(status["mailboxes"], "total") == 0)
        return painted("NOT WELL: there is no mailbox to poll", Paint::bad, look.colour);
    const std::int64_t unsent = count(status["transmissions"], "held");
    if (unsent > 0)
        return painted("NOT WELL: " + counted(unsent, "outbound fax", "outbound faxes") +
                           " held (efaxctl transmissions --held)",
                       Paint::bad, look.colour);
    const std::int64_t held = count(status["faxes"], "held");
    if (held > 0)
        return painted("NEEDS YOU: " + counted(held, "fax", "faxes") + " held (efaxctl faxes --held), " +
                           reading(status, look) + ", " + std::to_string(count(status["faxes"], "waiting")) +
                           " waiting",
                       Paint::warn, look.colour);
    if (is_starting(status["mailboxes"]))
        return painted("STARTING: no mailbox read yet, waiting for " + what_keeps_it(status["projects"]) +
                           ", " + load(status),
                       Paint::warn, look.colour);
    return painted("well: " + reading(status, look) + ", " + load(status), Paint::good, look.colour);
}

std::string alarm_list(const Value& status, const Look& look) {
    const Value alarms = status["alarms"];
    std::string out;
    if (count(status, "alarms_total") < 2) // the first line has told it
        return out;
    for (std::size_t i = 0; i < alarms.size(); ++i)
        out += "  alarm: " + alarm_text(alarms.at(i), look) + '\n';
    const std::int64_t hidden = count(status, "alarms_total") - static_cast<std::int64_t>(alarms.size());
    if (hidden > 0)
        out += "  and " + std::to_string(hidden) + " more\n";
    return out.empty() ? out : out + '\n';
}

std::string daemon_line(const Value& status) {
    return "efaxd " + text(status, "version") + ", up " +
           span(std::chrono::seconds{count(status, "uptime_seconds")}) + ", " +
           std::to_string(count(status["hands"], "busy")) + " of " +
           std::to_string(count(status["hands"], "total")) + " hands busy, " +
           byte_size(count(status, "free_disk_bytes")) + " disk free\n\n";
}

std::string side_text(const Value& side) {
    if (side["rival"].boolean().value_or(false))
        return "rival at work";
    if (side["reason"])
        return text(side, "reason");
    if (side["paused_seconds"])
        return "waits " + span(std::chrono::seconds{count(side, "paused_seconds")});
    return side["signed_in"].boolean().value_or(false) ? "signed in" : "–";
}

std::string project_table(const Value& projects, const Look& look) {
    using Narrow = Column::Narrow;
    Table table({{"PROJECT", false, Narrow::keep},
                 {"MAILBOXES", true, Narrow::keep},
                 {"EFAX", false, Narrow::cut},
                 {"FHIR", false, Narrow::cut},
                 {"WAITING", true, Narrow::keep},
                 {"HELD", true, Narrow::keep},
                 {"DELIVERED", true, Narrow::keep},
                 {"OLDEST", false, Narrow::drop},
                 {"SPARES", true, Narrow::drop}},
                look.width, look.colour);
    for (std::size_t i = 0; i < projects.size(); ++i) {
        const Value project = projects.at(i);
        const Value faxes = project["faxes"];
        const Value stages = faxes["stages"];
        const auto oldest = time(faxes, "oldest_undelivered");
        table.row({text(project, "name"), number(project, "mailboxes"), side_text(project["efax"]),
                   side_text(project["fhir"]), number(faxes, "waiting"), number(faxes, "held"),
                   std::to_string(count(stages, "delivered") + count(stages, "acknowledged")),
                   oldest ? relative(*oldest, look.now) : "–", number(faxes, "suspected_spares")},
                  project["alarms"].size() > 0 ? Paint::bad : Paint::none);
    }
    return table.take();
}

} // namespace

std::string status_view(const Value& status, const Look& look) {
    const std::string sending = sending_table(status["projects"], look);
    return verdict(status, look) + "\n\n" + alarm_list(status, look) + daemon_line(status) +
           project_table(status["projects"], look) + (sending.empty() ? "" : '\n' + sending);
}

} // namespace efaxd::ctl
