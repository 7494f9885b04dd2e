#include "ctl/top_view.hpp"

#include "ctl/text.hpp"
#include "efaxd/core/timestamp.hpp"

#include <algorithm>
#include <sstream>

namespace efaxd::ctl {

namespace {

using terminal::Frame;
using terminal::Line;
using terminal::Size;
using terminal::Tone;
using Narrow = Column::Narrow;

constexpr std::size_t most_alarms = 3;
constexpr std::size_t narrow_width = 72; ///< below it the figures are abbreviated

std::string clock(Instant now) { return fhir_timestamp(now).substr(11); }

Line title(const TopModel& model, std::size_t width, Instant now) {
    const TopTotals& totals = model.totals();
    std::string left = "efaxd " + totals.version + ", up " + span(totals.uptime);
    const std::string right = clock(now);
    const std::size_t used = width_of(left) + right.size();
    return {left + std::string(width > used ? width - used : 1, ' ') + right, Tone::strong};
}

Line verdict(const TopModel& model, Instant now) {
    if (!model.lost().empty())
        return {"NO ANSWER: " + model.lost() +
                    (model.known() ? " (what was seen " + relative(model.seen_at(), now) + ")" : ""),
                Tone::bad};
    return {model.totals().verdict, model.totals().tone};
}

std::string figures(const TopModel& model, std::size_t width) {
    const TopTotals& totals = model.totals();
    const auto text = [](std::int64_t number) { return std::to_string(number); };
    const bool narrow = width < narrow_width;
    std::string out = narrow ? "in " : "received: ";
    out += text(totals.waiting) + " waiting, " + text(totals.held) + " held, " + text(totals.delivered) +
           (narrow ? " done" : " delivered");
    return out;
}

std::string sending(const TopModel& model, std::size_t width) {
    const TopTotals& totals = model.totals();
    const auto text = [](std::int64_t number) { return std::to_string(number); };
    const bool narrow = width < narrow_width;
    std::string out = narrow ? "out " : "sending:  ";
    out += text(totals.sending) + " under way, " + text(totals.sending_held) + " held, " + text(totals.sent) +
           " arrived, " + text(totals.unsent) + " not";
    return out;
}

std::string machine(const TopModel& model, std::size_t width, bool unicode) {
    const TopTotals& totals = model.totals();
    const Arrivals& arrivals = model.all_arrivals();
    std::string out = width < narrow_width ? "new " : "arrivals: ";
    out += arrivals.sparkline(width < narrow_width ? 10 : Arrivals::minutes, unicode) + ' ' +
           std::to_string(arrivals.sum()) + " in " + std::to_string(arrivals.watched()) + " min";
    if (width >= narrow_width)
        out += "   hands: " + std::to_string(totals.busy) + '/' + std::to_string(totals.hands) +
               "   disk: " + byte_size(totals.free_disk) + " free";
    return out;
}

/// Everything above the list.
Frame head(const TopModel& model, std::size_t width, bool unicode, Instant now) {
    Frame lines{title(model, width, now), verdict(model, now)};
    const auto& alarms = model.totals().alarms;
    for (std::size_t i = 0; i < std::min(alarms.size(), most_alarms); ++i)
        lines.push_back({"alarm: " + alarms[i], Tone::bad});
    if (alarms.size() > most_alarms)
        lines.push_back({"and " + std::to_string(alarms.size() - most_alarms) + " more", Tone::bad});
    if (!model.known())
        return lines;
    lines.push_back({figures(model, width)});
    lines.push_back({sending(model, width), model.totals().sending_held > 0 ? Tone::bad : Tone::plain});
    lines.push_back({machine(model, width, unicode)});
    lines.push_back({});
    return lines;
}

std::string next_of(const TopMailbox& mailbox, Instant now) {
    if (mailbox.paused)
        return "paused";
    if (mailbox.polling)
        return "now";
    if (!mailbox.next_poll)
        return "–";
    return *mailbox.next_poll <= now ? "due" : relative(*mailbox.next_poll, now);
}

std::string state_of(const TopMailbox& mailbox) {
    std::string state = mailbox.stale ? "NOT READ" : "ok";
    if (mailbox.failures > 0)
        state =
            (mailbox.stale ? "NOT READ, failed " : "failed ") + counted(mailbox.failures, "time", "times");
    return mailbox.reason.empty() ? state : state + ": " + mailbox.reason;
}

Tone tone_of(const TopMailbox& mailbox) {
    if (mailbox.stale || mailbox.held > 0)
        return Tone::bad;
    if (mailbox.failures > 0)
        return Tone::warn;
    return mailbox.paused ? Tone::faint : Tone::plain;
}

/// The titles, then the rows, all of one width.
std::vector<std::string> table(const TopModel& model, std::size_t width, bool unicode, Instant now) {
    Table rows({{"MAILBOX", false, Narrow::cut},
                {"READ", false, Narrow::keep},
                {"NEXT", false, Narrow::drop},
                {"WAITING", true, Narrow::keep},
                {"HELD", true, Narrow::keep},
                {"DELIVERED", true, Narrow::drop},
                {"ARRIVALS", false, Narrow::drop},
                {"STATE", false, Narrow::cut}},
               width, false);
    for (const TopMailbox* const mailbox : model.shown())
        rows.row({mailbox->id, mailbox->last_success ? relative(*mailbox->last_success, now) : "never",
                  next_of(*mailbox, now), std::to_string(mailbox->waiting), std::to_string(mailbox->held),
                  std::to_string(mailbox->delivered), model.arrivals(mailbox->id).sparkline(10, unicode),
                  state_of(*mailbox)});
    std::vector<std::string> lines;
    std::istringstream text(rows.take());
    for (std::string line; std::getline(text, line);)
        lines.push_back(std::move(line));
    return lines;
}

std::string_view name_of(TopSort sort) {
    switch (sort) {
    case TopSort::name:
        return "name";
    case TopSort::read:
        return "last read";
    case TopSort::waiting:
        return "waiting";
    case TopSort::held:
        return "held";
    case TopSort::arrivals:
        break;
    }
    return "arrivals";
}

Line foot(const TopModel& model) {
    if (model.filtering())
        return {"filter: " + model.filter() + "_   Enter keeps it, Esc ends it", Tone::strong};
    if (const std::string question = model.question(); !question.empty())
        return {question, Tone::strong};
    if (!model.word().empty())
        return {model.word(), Tone::strong};
    std::string out = "q quit  p poll  space pause  r retry held  / filter  s sort by " +
                      std::string(name_of(model.sort())) + "  ? help";
    if (!model.filter().empty())
        out = "filter: " + model.filter() + " (" + std::to_string(model.shown().size()) + " of " +
              std::to_string(model.all()) + ")  " + out;
    return {out, Tone::faint};
}

Frame help() {
    Frame lines{{"keys of efaxctl top", Tone::strong}, {}};
    for (const char* const text :
         {"up, down, j, k       choose a mailbox", "PgUp, PgDn, Home, End",
          "p                    poll it now", "P                    poll all now",
          "space                pause it, or resume it",
          "r                    retry its held faxes, after a question",
          "s                    sort by another column",
          "/                    show only mailboxes whose name has a text; Esc shows all",
          "?                    this text", "q, Ctrl-C            quit"})
        lines.push_back({std::string("  ") + text});
    lines.push_back({});
    lines.push_back({"  Arrivals are those since this was started, a column a minute."});
    lines.push_back({"  Outbound faxes: efaxctl transmissions. What an alarm means: troubleshooting.md."});
    lines.push_back({});
    lines.push_back({"any key goes back", Tone::faint});
    return lines;
}

/// Two lines of the list are its titles and the foot below it.
std::size_t room_for_rows(std::size_t height, std::size_t above) {
    return height > above + 2 ? height - above - 2 : 0;
}

} // namespace

std::size_t top_page(const TopModel& model, const Size& size) {
    return room_for_rows(size.height, head(model, size.width, true, {}).size());
}

Frame top_frame(const TopModel& model, const Size& size, bool unicode, Instant now) {
    Frame frame = model.helping() ? help() : head(model, size.width, unicode, now);
    if (!model.helping() && model.known()) {
        const auto lines = table(model, size.width, unicode, now);
        const auto rows = model.shown();
        const std::size_t room = room_for_rows(size.height, frame.size());
        const std::size_t first = std::min(rows.size() - std::min(rows.size(), room),
                                           model.selected() - std::min(model.selected(), room / 2));
        if (rows.empty())
            frame.push_back(
                {model.all() == 0 ? "there is no mailbox yet" : "no mailbox has that in its name"});
        else
            frame.push_back({lines.front(), Tone::faint});
        for (std::size_t i = first; i < std::min(rows.size(), first + room); ++i)
            frame.push_back({lines[i + 1], tone_of(*rows[i]), i == model.selected()});
    }
    if (size.height == 0)
        return {};
    frame.resize(model.helping() ? std::min(frame.size(), size.height) : size.height - 1);
    if (!model.helping())
        frame.push_back(foot(model));
    return frame;
}

} // namespace efaxd::ctl
