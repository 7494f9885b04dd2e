#include "ctl/transmission_commands.hpp"

#include "ctl/answers.hpp"
#include "ctl/arguments.hpp"
#include "ctl/fields.hpp"
#include "efaxd/core/fax.hpp"
#include "http/url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace efaxd::ctl {

using json::Document;
using json::Value;

namespace {

constexpr auto its_name = "the transmission's id";

struct Wish {
    bool held = false;
    bool open = false;
    bool all = false;
    std::string project;
    std::string communication;
};

/// As it stands in a reference or alone.
std::string id_in(const std::string& communication) {
    constexpr std::string_view type = "Communication/";
    return communication.starts_with(type) ? communication.substr(type.size()) : communication;
}

Wish read_wish(const Arguments& arguments) {
    Wish wish;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == "--held")
            wish.held = true;
        else if (arguments[i] == "--open")
            wish.open = true;
        else if (arguments[i] == "--all")
            wish.all = true;
        else if (!takes(arguments, i, "--project", wish.project) &&
                 !takes(arguments, i, "--communication", wish.communication))
            throw Usage("transmissions: unknown argument " + plain(arguments[i]));
    }
    if (static_cast<int>(wish.held) + static_cast<int>(wish.open) + static_cast<int>(wish.all) > 1)
        throw Usage("transmissions: only one of --held, --open and --all");
    return wish;
}

std::string path_of(const Wish& wish) {
    std::string path = "/transmissions";
    char mark = '?';
    const auto add = [&](const std::string& name, const std::string& value) {
        path += mark + name + '=' + http::encode(value);
        mark = '&';
    };
    if (wish.held)
        add("held", "true");
    else if (!wish.all)
        add("open", "true");
    if (!wish.project.empty())
        add("project", wish.project);
    if (!wish.communication.empty())
        add("communication", id_in(wish.communication));
    return path;
}

std::string none_of(const Wish& wish) {
    if (wish.held)
        return "no transmission is held";
    return wish.all ? "there is no transmission" : "no transmission is under way or held";
}

std::optional<int> recipient_in(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() && number >= 0 ? std::optional(number)
                                                                                   : std::nullopt;
}

/// The `~` begins the key of a body that came without an id.
bool is_communication(std::string_view text) {
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
    const std::string_view rest = text.substr(text.starts_with('~') ? 1 : 0);
    return !rest.empty() && rest.size() <= 64 && rest.find_first_not_of(allowed) == rest.npos;
}

Usage no_name(const std::string& name) {
    return Usage("this is no transmission's id: " + plain(name) + "; say PROJECT:COMMUNICATION:RECIPIENT");
}

struct Name {
    std::string project; ///< empty: whichever has it
    std::string communication;
    std::string tail; ///< the recipient with its colon; empty: the only one
};

Name read_name(const std::string& name) {
    Name read;
    std::string rest = name;
    if (names_transmission(name)) {
        read.project = name.substr(0, name.find(':'));
        rest = name.substr(read.project.size() + 1);
        if (read.project.empty())
            throw no_name(name);
    }
    if (const std::size_t colon = rest.find(':'); colon != std::string::npos) {
        const auto recipient = recipient_in(std::string_view(rest).substr(colon + 1));
        if (!recipient)
            throw no_name(name);
        read.tail = ':' + std::to_string(*recipient);
        rest.resize(colon);
    }
    read.communication = id_in(rest);
    if (!is_communication(read.communication))
        throw no_name(name);
    return read;
}

/// The id of the one that is meant, of all transmissions of that Communication.
std::string only_one(const Document& listed, const Name& name) {
    const Value rows = listed.root()["transmissions"];
    const bool more = static_cast<bool>(listed.root()["next"]);
    std::vector<std::string> found;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (std::string id(rows.at(i)["id"].text_or("")); id.ends_with(name.tail))
            found.push_back(std::move(id));
    if (found.empty() && !more)
        throw Usage("there is no transmission " + name.communication + name.tail +
                    " in the ledger; a Communication that is not accepted yet has none");
    if (found.size() != 1 || more)
        throw Usage("several transmissions can be meant: say PROJECT:COMMUNICATION:RECIPIENT" +
                    (found.empty() ? std::string() : ", such as " + plain(found.front())));
    return found.front();
}

std::string path_to(const std::string& id) { return "/transmissions/" + http::encode(id); }

int decide(Desk& desk, const std::string& name, const std::string& verb) {
    return on_transmission(desk, name,
                           [&](const std::string& path) { return change(desk, path + '/' + verb); });
}

} // namespace

int list_transmissions(Desk& desk, const Arguments& arguments) {
    const Wish wish = read_wish(arguments);
    List list;
    list.path = path_of(wish);
    list.member = "transmissions";
    list.none = none_of(wish);
    list.query = [](const Value& next) {
        return "&after_project=" + http::encode(next["after_project"].text_or("")) +
               "&after_communication=" + http::encode(next["after_communication"].text_or("")) +
               "&after_recipient=" + http::encode(next["after_recipient"].text_or(""));
    };
    list.wanted = [](const Value&) { return true; };
    list.add = [&desk](Table& table, const Value& one) { add_transmission(table, one, desk.look); };
    return show_list(desk, list, transmission_table(desk.look));
}

int show_transmission(Desk& desk, const Arguments& arguments) {
    const auto view = [&](const Value& answer) {
        return transmission_view(answer["transmission"], desk.look);
    };
    return on_transmission(desk, take_one(arguments, its_name),
                           [&](const std::string& path) { return show(desk, path, view); });
}

int cancel(Desk& desk, const Arguments& arguments) {
    return decide(desk, take_one(arguments, its_name), "cancel");
}

int confirm(Desk& desk, const Arguments& arguments) {
    Arguments names;
    std::optional<std::string> fax;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        std::string value;
        if (takes(arguments, i, "--fax", value))
            fax = value;
        else
            names.push_back(arguments[i]);
    }
    if (fax && !clean_fax_id(*fax)) // an empty one too: without an id the fax would count as arrived
        throw Usage("this is no fax id: " + plain(*fax));
    constexpr auto knowing = "--yes-it-arrived";
    const bool knows = std::erase(names, knowing) > 0;
    const std::string& name = take_one(names, its_name);
    if (!fax && !knows)
        throw Usage("nothing was changed: without --fax FAXID the fax counts as arrived, nobody looks at it "
                    "any more, and this cannot be undone; if the recipient has it, add " +
                    std::string(knowing));
    if (fax && knows)
        throw Usage("either --fax FAXID, then eFax tells whether it arrived, or " + std::string(knowing));
    return decide(desk, name, fax ? "confirm?fax=" + http::encode(*fax) : "confirm");
}

int resend(Desk& desk, const Arguments& arguments) {
    constexpr auto knowing = "--yes-it-may-arrive-twice";
    Arguments names = arguments;
    const bool knows = std::erase(names, knowing) > 0;
    const std::string& name = take_one(names, its_name);
    if (!knows)
        throw Usage(
            "nothing was sent: resend is for a fax of which it is not known whether eFax took it, and "
            "if eFax did, it arrives twice; look for it in the eFax portal first, and only if it is "
            "not there, add " +
            std::string(knowing));
    return decide(desk, name, "resend");
}

bool names_transmission(const std::string& name) { return std::ranges::count(name, ':') == 2; }

int on_transmission(Desk& desk, const std::string& name,
                    const std::function<int(const std::string& path)>& then) {
    const Name read = read_name(name);
    if (!read.project.empty())
        return then(path_to(read.project + ':' + read.communication + read.tail));
    const Told told = desk.ask(
        http::Method::get, "/transmissions?communication=" + http::encode(read.communication) + "&limit=1000",
        short_patience);
    if (const int exit = refused(desk, told))
        return exit;
    return then(path_to(only_one(Document::parse(told.body, json::our_own), read)));
}

} // namespace efaxd::ctl
