#include "ctl/commands.hpp"

#include "ctl/answers.hpp"
#include "ctl/arguments.hpp"
#include "ctl/exit_codes.hpp"
#include "ctl/explain.hpp"
#include "ctl/fax_commands.hpp"
#include "ctl/fields.hpp"
#include "ctl/inspection_commands.hpp"
#include "ctl/metrics_command.hpp"
#include "ctl/top.hpp"
#include "ctl/transmission_commands.hpp"
#include "ctl/watch.hpp"
#include "http/url.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace efaxd::ctl {

using json::Document;
using json::Value;

namespace {

int show_status(Desk& desk, const Arguments& arguments) {
    take_none(arguments);
    return show(desk, "/status", [&](const Value& status) { return status_view(status, desk.look); });
}

int list_mailboxes(Desk& desk, const Arguments& arguments) {
    take_none(arguments);
    List list;
    list.path = "/mailboxes";
    list.member = "mailboxes";
    list.none = "there is no mailbox yet";
    list.query = [](const Value& next) { return "&after=" + http::encode(next.text_or("")); };
    list.wanted = [](const Value&) { return true; };
    list.add = [&desk](Table& table, const Value& mailbox) { add_mailbox(table, mailbox, desk.look); };
    return show_list(desk, list, mailbox_table(desk.look));
}

int show_fax(Desk& desk, const Arguments& arguments) {
    const std::string path = fax_path(desk, take_one(arguments, "the fax id"));
    return show(desk, path, [&](const Value& answer) { return fax_view(answer["fax"], desk.look); });
}

int poll(Desk& desk, const Arguments& arguments) {
    if (arguments.empty())
        return change(desk, "/poll");
    return change(desk, "/poll?mailbox=" + http::encode(take_one(arguments, "the mailbox")));
}

int change_mailbox(Desk& desk, const Arguments& arguments, const std::string& verb) {
    return change(desk, "/mailboxes/" + http::encode(take_one(arguments, "the mailbox")) + '/' + verb);
}
int pause(Desk& desk, const Arguments& arguments) { return change_mailbox(desk, arguments, "pause"); }
int resume(Desk& desk, const Arguments& arguments) { return change_mailbox(desk, arguments, "resume"); }

/// Of a received fax or of a transmission.
int change_one(Desk& desk, const Arguments& arguments, const std::string& verb) {
    const std::string& name = take_one(arguments, "the id of the fax or transmission");
    const auto then = [&](const std::string& path) { return change(desk, path + '/' + verb); };
    return names_transmission(name) ? on_transmission(desk, name, then) : then(fax_path(desk, name));
}
int retry(Desk& desk, const Arguments& arguments) { return change_one(desk, arguments, "retry"); }
int hold(Desk& desk, const Arguments& arguments) { return change_one(desk, arguments, "hold"); }

int reload(Desk& desk, const Arguments& arguments) {
    take_none(arguments);
    return change(desk, "/reload");
}

/// Works without a daemon: then only our own version is known.
std::string daemon_version(Desk& desk) {
    try {
        const Told told = desk.ask(http::Method::get, "/status", short_patience);
        const Document document = Document::parse(told.body, json::our_own);
        return text(document.root(), "version");
    } catch (const Unreachable&) {
        return {};
    } catch (const json::ParseError&) {
        return {};
    }
}

int version(Desk& desk, const Arguments& arguments) {
    take_none(arguments);
    const std::string daemon = daemon_version(desk);
    if (desk.json) {
        json::Writer out;
        out.begin_object().member("efaxctl", EFAXD_VERSION);
        if (!daemon.empty())
            out.member("efaxd", daemon);
        out.end_object();
        desk.out << out.take() << '\n';
        return exit_ok;
    }
    desk.out << "efaxctl " EFAXD_VERSION "\nefaxd   " << (daemon.empty() ? "not reachable" : daemon) << '\n';
    return exit_ok;
}

std::string help_json() {
    json::Writer out;
    out.begin_object().key("commands").begin_array();
    for (const Command& one : commands()) {
        out.begin_object().member("name", one.name).member("arguments", one.arguments);
        out.member("help", one.help).end_object();
    }
    out.end_array().end_object();
    return out.take();
}

int help(Desk& desk, const Arguments&) {
    if (desk.json)
        desk.out << help_json() << '\n';
    else
        desk.out << help_text();
    return exit_ok;
}

constexpr Command all_commands[] = {
    {"status", "", "is it working? alarms, projects, faxes waiting and held", show_status},
    {"mailboxes", "", "each mailbox: last read, next poll, faxes, last failure", list_mailboxes},
    {"faxes", "[--held|--waiting|--all] [--mailbox M] [--project P]",
     "faxes that are not settled yet, or others", list_faxes},
    {"fax", "ID", "all that is known of one fax; ID is project/faxid or the fax id alone", show_fax},
    {"transmissions", "[--held|--open|--all] [--project P] [--communication C]",
     "outbound faxes that are not over yet, or others", list_transmissions},
    {"transmission", "ID", "all of one; ID is project:communication:recipient or communication[:recipient]",
     show_transmission},
    {"poll", "[MAILBOX]", "poll now: one mailbox, or all", poll},
    {"pause", "MAILBOX", "stop polling a mailbox until it is resumed", pause},
    {"resume", "MAILBOX", "poll a paused mailbox again", resume},
    {"retry", "ID", "take the next step of a fax or transmission now, even if it is held", retry},
    {"hold", "ID", "stop working on a fax or transmission until it is retried", hold},
    {"cancel", "ID", "do not send a transmission, or ask eFax to cancel it", cancel},
    {"confirm", "ID --fax FAXID|--yes-it-arrived",
     "one of unknown outcome did go out, under that id at eFax; or it arrived", confirm},
    {"resend", "ID --yes-it-may-arrive-twice", "submit one held with an unknown outcome once more", resend},
    {"watch", "[--code PREFIX] [--level L]", "what happens, as it happens; goes on after a restart", watch},
    {"top", "", "all of it on the whole terminal, with keys to act; ? shows them", top},
    {"check", "[--nagios]", "test both sides, which may take minutes; or be a plugin of Nagios or Icinga",
     check},
    {"metrics", "[--textfile FILE]", "figures for Prometheus, to a file for node_exporter", metrics},
    {"reload", "", "read the configuration again; a bad one is refused", reload},
    {"config", "", "the configuration in force, and where each setting comes from", show_config},
    {"backup", "FILE", "write a copy of the ledger into a new file, while the daemon works", back_up},
    {"explain", "[CODE]", "what an event or reason code means and what to do; needs no daemon", explain},
    {"version", "", "versions of efaxctl and of the running daemon", version},
    {"help", "", "this text", help},
};

} // namespace

std::span<const Command> commands() { return all_commands; }

const Command* command(std::string_view name) {
    const auto found = std::find_if(std::begin(all_commands), std::end(all_commands),
                                    [&](const Command& one) { return one.name == name; });
    return found == std::end(all_commands) ? nullptr : found;
}

std::string help_text() {
    std::string text = "usage: efaxctl [--socket S] [--json] [--no-headers] COMMAND\n\n";
    for (const Command& one : all_commands) {
        std::string call(one.name);
        if (!one.arguments.empty())
            call += ' ' + std::string(one.arguments);
        text += "  " + call;
        text += call.size() <= 16 ? std::string(18 - call.size(), ' ') : '\n' + std::string(20, ' ');
        text += std::string(one.help) + '\n';
    }
    return text +
           "\n"
           "  --socket S      the daemon's socket; else $EFAXD_SOCKET, else /run/efaxd/efaxd.sock\n"
           "  --json          the daemon's answer as it is, for programs\n"
           "  --no-headers    lists without their line of titles\n\n"
           "Exit codes: 0 done, 64 wrong call, no such thing or not possible, 69 daemon not reachable,\n"
           "70 internal, 74 output failed, 75 try again, 77 refused, 78 configuration has errors; check\n"
           "ends with the worst it found, check --nagios with 0, 1, 2 or 3. More in efaxctl(1).\n";
}

} // namespace efaxd::ctl
