#include "ctl/watch.hpp"

#include "ctl/answers.hpp"
#include "ctl/arguments.hpp"
#include "ctl/event_stream.hpp"
#include "ctl/exit_codes.hpp"
#include "ctl/fields.hpp"
#include "http/url.hpp"

#include <algorithm>

namespace efaxd::ctl {

using json::Document;
using json::Value;

namespace {

/// Nobody reads our output any more.
struct Unread {};

constexpr auto between_tries = std::chrono::seconds{1};

std::string path_of(const Arguments& arguments) {
    std::string prefix;
    std::string level;
    for (std::size_t i = 0; i < arguments.size(); ++i)
        if (!takes(arguments, i, "--code", prefix) && !takes(arguments, i, "--level", level))
            throw Usage("watch: unknown argument " + plain(arguments[i]));
    std::string path = "/events?level=" + http::encode(level.empty() ? "info" : level);
    return prefix.empty() ? path : path + "&code=" + http::encode(prefix);
}

Paint paint_of(std::string_view level) {
    if (level == "error")
        return Paint::bad;
    if (level == "warning")
        return Paint::warn;
    return level == "debug" ? Paint::faint : Paint::none;
}

bool said_already(std::string_view name) {
    return name == "time" || name == "level" || name == "code" || name == "text";
}

/// `14:00:00Z info    fax.delivered: Communication created  project=clinic pages=2`
std::string event_line(const Value& event, const Look& look) {
    const std::string moment = text(event, "time");
    std::string level = text(event, "level");
    const Paint paint = paint_of(level);
    level.resize(std::max<std::size_t>(8, level.size()), ' ');
    std::string out = (moment.size() >= 19 ? moment.substr(11, 8) + "Z " : std::string()) + level +
                      text(event, "code") + ": " + text(event, "text");
    const char* gap = "  ";
    for (std::size_t i = 0; i < event.size(); ++i) {
        if (said_already(event.name_at(i)))
            continue;
        const Value value = event.member_at(i);
        out += gap + plain(event.name_at(i)) + '=' + plain(value.text() ? *value.text() : value.raw());
        gap = " ";
    }
    return painted(out, paint, look.colour) + '\n';
}

void show_event(Desk& desk, const std::string& name, const std::string& data) {
    if (desk.json) {
        desk.out << plain(data) << '\n';
    } else {
        const Document document = Document::parse(data, json::our_own);
        if (name == "missed")
            desk.err << "efaxctl: " << number(document.root(), "missed")
                     << " events were missed: they came faster than they could be shown\n";
        else
            desk.out << event_line(document.root(), desk.look);
    }
    if (!desk.out.flush())
        throw Unread();
}

} // namespace

int watch(Desk& desk, const Arguments& arguments) {
    const std::string path = path_of(arguments);
    for (bool heard = false, gone = false;;) {
        EventStream events;
        bool missed = false;
        const auto take = [&](std::string_view piece) {
            if (gone)
                desk.err << "efaxctl: the daemon is there again\n";
            gone = false;
            heard = true;
            events.take(piece, [&](const std::string& name, const std::string& data) {
                missed = name == "missed";
                show_event(desk, name, data);
            });
        };
        try {
            if (const int exit = refused(desk, desk.follow(http::Method::get, path, take)))
                return exit;
        } catch (const Unreachable&) {
            if (!heard)
                throw;
        } catch (const Unread&) {
            return exit_io;
        }
        if (missed) // cut off because we were slow: the daemon is well
            continue;
        if (!gone)
            desk.err << "efaxctl: the daemon has ended the connection, waiting for it to come back\n";
        gone = true;
        if (!desk.pause(between_tries))
            return exit_ok;
    }
}

} // namespace efaxd::ctl
