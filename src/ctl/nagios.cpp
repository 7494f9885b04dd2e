#include "ctl/nagios.hpp"

#include "ctl/fields.hpp"

#include <utility>

namespace efaxd::ctl {

namespace {

using json::Value;

int severity(const Value& status) {
    const Value mailboxes = status["mailboxes"];
    const bool ill = count(status, "alarms_total") > 0 || !flag(status, "well");
    if (ill || count(mailboxes, "total") == 0 || count(status["transmissions"], "held") > 0)
        return 2;
    return count(status["faxes"], "held") > 0 || count(mailboxes, "failing") > 0 ? 1 : 0;
}

/// The first line of the status, in which the mark between text and performance data may not stand.
std::string summary(const Value& status, const Look& look) {
    Look plain_look = look;
    plain_look.colour = false;
    std::string line = status_view(status, plain_look);
    line.resize(std::min(line.find('\n'), line.size()));
    for (char& c : line)
        if (c == '|')
            c = '/';
    return line;
}

std::string performance(const Value& status) {
    const Value mailboxes = status["mailboxes"];
    const Value faxes = status["faxes"];
    const Value sending = status["transmissions"];
    const std::pair<const char*, std::int64_t> figures[] = {
        {"alarms", count(status, "alarms_total")},
        {"mailboxes", count(mailboxes, "total")},
        {"failing", count(mailboxes, "failing")},
        {"waiting", count(faxes, "waiting")},
        {"held", count(faxes, "held")},
        {"sending", count(sending, "waiting")},
        {"sending_held", count(sending, "held")},
    };
    std::string out;
    for (const auto& [name, value] : figures)
        out += std::string(name) + '=' + std::to_string(value) + ";;;0 ";
    // s: seconds, c: a counter, B: bytes
    out += "oldest=" + number(faxes, "oldest_undelivered_age_seconds") + "s;;;0 ";
    const Value stages = faxes["stages"];
    out += "delivered=" + std::to_string(count(stages, "delivered") + count(stages, "acknowledged")) + "c ";
    return out + "free_disk=" + number(status, "free_disk_bytes") + "B;;;0";
}

} // namespace

Verdict nagios_verdict(const Value& status, const Look& look) {
    constexpr const char* words[] = {"OK", "WARNING", "CRITICAL"};
    const int exit = severity(status);
    return {exit, "EFAXD " + std::string(words[exit]) + " - " + summary(status, look) + " | " +
                      performance(status)};
}

} // namespace efaxd::ctl
