#include "ctl/views.hpp"

#include "ctl/facts.hpp"
#include "ctl/fields.hpp"
#include "ctl/text.hpp"

#include <algorithm>

namespace efaxd::ctl {

namespace {

using json::Value;
using Narrow = Column::Narrow;

std::string when(const Value& object, std::string_view name, const Look& look, std::string_view otherwise) {
    const auto instant = time(object, name);
    return instant ? relative(*instant, look.now) : std::string(otherwise);
}

std::string next_of(const Value& mailbox, const Look& look) {
    if (flag(mailbox, "paused"))
        return "paused";
    if (flag(mailbox, "polling"))
        return "now";
    const auto next = time(mailbox, "next_poll");
    if (!next)
        return "–";
    return *next <= look.now ? "due" : relative(*next, look.now);
}

std::string state_of(const Value& mailbox) {
    const std::string reason = text(mailbox, "reason");
    const std::int64_t failures = count(mailbox, "failures");
    std::string state = flag(mailbox, "stale") ? "NOT READ" : "ok";
    if (failures > 0)
        state =
            (flag(mailbox, "stale") ? "NOT READ, failed " : "failed ") + counted(failures, "time", "times");
    return reason.empty() ? state : state + ": " + reason;
}

Paint paint_of(const Value& mailbox) {
    if (flag(mailbox, "stale"))
        return Paint::bad;
    if (count(mailbox, "failures") > 0)
        return Paint::warn;
    return flag(mailbox, "paused") ? Paint::faint : Paint::none;
}

/// Short, for a table that has to show a whole fax id beside it.
std::string short_state(const std::string& state) {
    if (state == "waiting")
        return "waits";
    return state == "settled" ? "done" : state;
}

Paint paint_of_state(std::string_view state) {
    if (state == "held")
        return Paint::bad;
    return state == "waiting" ? Paint::warn : Paint::none;
}

} // namespace

Table mailbox_table(const Look& look) {
    return Table({{"MAILBOX", false, Narrow::keep},
                  {"USER ID", false, Narrow::drop},
                  {"READ", false, Narrow::keep},
                  {"NEXT", false, Narrow::keep},
                  {"WAITING", true, Narrow::keep},
                  {"HELD", true, Narrow::keep},
                  {"DELIVERED", true, Narrow::drop},
                  {"STATE", false, Narrow::cut}},
                 look.width, look.colour);
}

void add_mailbox(Table& table, const Value& mailbox, const Look& look) {
    const Value faxes = mailbox["faxes"];
    table.row({text(mailbox, "id"), text(mailbox, "user_id"), when(mailbox, "last_success", look, "never"),
               next_of(mailbox, look), number(faxes, "waiting"), number(faxes, "held"),
               number(faxes, "delivered"), state_of(mailbox)},
              paint_of(mailbox));
}

Table fax_table(const Look& look) {
    return Table({{"FAX", false, Narrow::keep},
                  {"STAGE", false, Narrow::keep},
                  {"STATE", false, Narrow::keep},
                  {"SEEN", false, Narrow::keep},
                  {"MAILBOX", false, Narrow::drop},
                  {"REASON", false, Narrow::cut}},
                 look.width, look.colour);
}

void add_fax(Table& table, const Value& fax, const Look& look) {
    const std::string state = text(fax, "state");
    table.row({text(fax, "id"), text(fax, "stage"), short_state(state), when(fax, "first_seen", look, "–"),
               text(fax, "mailbox"), text(fax, "reason")},
              paint_of_state(state));
}

std::string fax_view(const Value& fax, const Look& look) {
    const Value document = fax["document"];
    const std::string size =
        document ? byte_size(count(document, "size_bytes")) + ", " + text(document, "media_type")
                 : std::string();
    return facts_text({{"fax", text(fax, "project") + '/' + text(fax, "id")},
                       {"mailbox", text(fax, "mailbox")},
                       {"user id", text(fax, "user_id")},
                       {"stage", text(fax, "stage")},
                       {"state", text(fax, "state")},
                       {"reason", text(fax, "reason")},
                       {"failed tries", number_if(fax, "attempts")},
                       {"next try", moment(fax, "due", look)},
                       {"received", moment(fax, "received", look)},
                       {"first seen", moment(fax, "first_seen", look)},
                       {"delivered", moment(fax, "delivered", look)},
                       {"pages", number_if(fax, "pages")},
                       {"document", size},
                       {"sha-256", text(document, "sha256")},
                       {"binary", text(fax, "binary")},
                       {"communication", text(fax, "communication")},
                       {"spare binaries", number_if(fax, "suspected_spares")}},
                      look);
}

std::string check_view(const Value& answer, const Look& look) {
    std::string out;
    const Value checks = answer["checks"];
    for (std::size_t i = 0; i < checks.size(); ++i) {
        const Value check = checks.at(i);
        const std::string verdict = text(check, "verdict");
        const Paint paint = verdict == "ok"        ? Paint::good
                            : verdict == "failed"  ? Paint::bad
                            : verdict == "warning" ? Paint::warn
                                                   : Paint::faint;
        const std::string padding(9 - std::min<std::size_t>(9, width_of(verdict)), ' ');
        out += painted(verdict == "failed" ? "FAILED" : verdict, paint, look.colour) + padding;
        if (check["project"])
            out += text(check, "project") + ": ";
        out += text(check, "what");
        if (check["detail"])
            out += ": " + text(check, "detail");
        out += '\n';
        if (check["advice"])
            out += std::string(9, ' ') + "do: " + text(check, "advice") + '\n';
    }
    return out;
}

} // namespace efaxd::ctl
