#include "ctl/inspection_commands.hpp"

#include "ctl/answers.hpp"
#include "ctl/arguments.hpp"
#include "ctl/exit_codes.hpp"
#include "ctl/fields.hpp"
#include "ctl/nagios.hpp"
#include "ctl/new_file.hpp"
#include "json/writer.hpp"

#include <cstdint>

namespace efaxd::ctl {

using json::Document;
using json::Value;

namespace {

using Narrow = Column::Narrow;

std::string settings_table(const Value& answer, const Look& look) {
    Table table({{"KEY", false, Narrow::keep}, {"VALUE", false, Narrow::cut}, {"FROM", false, Narrow::keep}},
                look.width, look.colour);
    if (!look.titles)
        table.leave_titles_out();
    const Value settings = answer["settings"];
    for (std::size_t i = 0; i < settings.size(); ++i) {
        const Value setting = settings.at(i);
        const bool said = static_cast<bool>(setting["line"]);
        table.row({text(setting, "key"), text(setting, "value"),
                   said ? "line " + number(setting, "line") : "default"},
                  said ? Paint::none : Paint::faint);
    }
    return text(answer, "file") + "\n\n" + table.take();
}

int test_connectivity(Desk& desk) {
    const Told told = desk.ask(http::Method::post, "/check", long_patience);
    if (const int exit = refused(desk, told))
        return exit;
    const Document document = Document::parse(told.body, json::our_own);
    if (desk.json)
        print_json(desk, told.body);
    else
        desk.out << check_view(document.root(), desk.look);
    const auto exit = document.root()["exit_code"].integer();
    return exit && *exit >= 0 && *exit < 126 ? static_cast<int>(*exit) : exit_internal;
}

/// Never ends in another way: what cannot be asked is critical or unknown.
int tell_nagios(Desk& desk) {
    Verdict verdict;
    try {
        const Told told = desk.ask(http::Method::get, "/status", nagios_patience);
        verdict = told.status == 200
                      ? nagios_verdict(Document::parse(told.body, json::our_own).root(), desk.look)
                      : Verdict{3, "EFAXD UNKNOWN - the daemon answered " + std::to_string(told.status)};
    } catch (const Unreachable& unreachable) {
        verdict = {2, "EFAXD CRITICAL - " + std::string(unreachable.what())};
    } catch (const json::ParseError&) {
        verdict = {3, "EFAXD UNKNOWN - the daemon's answer is no JSON: is this its socket?"};
    }
    desk.out << verdict.line << '\n';
    return verdict.exit;
}

constexpr std::string_view beginning{"SQLite format 3\0", 16};

/// Takes the pieces into the file, and sees that it begins like a ledger.
std::uint64_t fetch(Desk& desk, NewFile& file, int& exit) {
    std::uint64_t bytes = 0;
    std::string head;
    const Told told = desk.follow(http::Method::post, "/backup", [&](std::string_view piece) {
        head.append(piece.substr(0, beginning.size() - std::min(beginning.size(), head.size())));
        file.append(piece);
        bytes += piece.size();
    });
    exit = refused(desk, told);
    if (exit == exit_ok && head != beginning) {
        desk.err << "efaxctl: what the daemon sent is no ledger\n";
        exit = exit_internal;
    }
    return bytes;
}

} // namespace

int show_config(Desk& desk, const Arguments& arguments) {
    take_none(arguments);
    return show(desk, "/config", [&](const Value& answer) { return settings_table(answer, desk.look); });
}

int back_up(Desk& desk, const Arguments& arguments) {
    const std::string& path = take_one(arguments, "the file to write");
    try {
        NewFile file(path);
        int exit = exit_ok;
        const std::uint64_t bytes = fetch(desk, file, exit);
        if (exit != exit_ok)
            return exit;
        file.finish();
        if (desk.json) {
            json::Writer out;
            out.begin_object().member("file", path).member("bytes", static_cast<std::int64_t>(bytes));
            desk.out << out.end_object().take() << '\n';
        } else {
            desk.out << plain(path) << " is a copy of the ledger, "
                     << byte_size(static_cast<std::int64_t>(bytes))
                     << "; it holds personal data, keep it as safe as the ledger\n";
        }
        return exit_ok;
    } catch (const NewFileError& error) {
        desk.err << "efaxctl: " << plain(error.what()) << '\n';
        return exit_io;
    }
}

int check(Desk& desk, const Arguments& arguments) {
    Arguments others = arguments;
    const bool nagios = std::erase(others, "--nagios") > 0;
    take_none(others);
    return nagios ? tell_nagios(desk) : test_connectivity(desk);
}

} // namespace efaxd::ctl
