#include "ctl/fax_commands.hpp"

#include "ctl/answers.hpp"
#include "ctl/arguments.hpp"
#include "ctl/fields.hpp"
#include "efaxd/core/fax.hpp"
#include "http/url.hpp"

namespace efaxd::ctl {

using json::Document;
using json::Value;

namespace {

struct Wish {
    bool held = false;
    bool waiting = false;
    bool all = false;
    std::string mailbox;
    std::string project;
};

Wish read_wish(const Arguments& arguments) {
    Wish wish;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == "--held")
            wish.held = true;
        else if (arguments[i] == "--waiting")
            wish.waiting = true;
        else if (arguments[i] == "--all")
            wish.all = true;
        else if (!takes(arguments, i, "--mailbox", wish.mailbox) &&
                 !takes(arguments, i, "--project", wish.project))
            throw Usage("faxes: unknown argument " + plain(arguments[i]));
    }
    if (static_cast<int>(wish.held) + static_cast<int>(wish.waiting) + static_cast<int>(wish.all) > 1)
        throw Usage("faxes: only one of --held, --waiting and --all");
    return wish;
}

std::string path_of(const Wish& wish) {
    std::string path = "/faxes";
    char mark = '?';
    const auto add = [&](const std::string& name, const std::string& value) {
        path += mark + name + '=' + http::encode(value);
        mark = '&';
    };
    if (wish.held)
        add("held", "true");
    else if (!wish.all)
        add("unsettled", "true");
    if (!wish.mailbox.empty())
        add("mailbox", wish.mailbox);
    if (!wish.project.empty())
        add("project", wish.project);
    return path;
}

std::string none_of(const Wish& wish) {
    if (wish.held)
        return "no fax is held";
    return wish.all ? "there is no fax" : "no fax is waiting" + std::string(wish.waiting ? "" : " or held");
}

std::string path_in(const std::string& project, const std::string& id) {
    return "/faxes/" + http::encode(project + ':' + id);
}

std::vector<std::string> projects_of(Desk& desk) {
    const Told told = desk.ask(http::Method::get, "/status", short_patience);
    const Document document = Document::parse(told.body, json::our_own);
    const Value projects = document.root()["projects"];
    std::vector<std::string> names;
    for (std::size_t i = 0; i < projects.size(); ++i)
        names.emplace_back(projects.at(i)["name"].text_or(""));
    return names;
}

} // namespace

int list_faxes(Desk& desk, const Arguments& arguments) {
    const Wish wish = read_wish(arguments);
    List list;
    list.path = path_of(wish);
    list.member = "faxes";
    list.none = none_of(wish);
    list.query = [](const Value& next) {
        return "&after_project=" + http::encode(next["after_project"].text_or("")) +
               "&after_fax=" + http::encode(next["after_fax"].text_or(""));
    };
    list.wanted = [&wish](const Value& fax) {
        return !wish.waiting || fax["state"].text_or("") == "waiting";
    };
    list.add = [&desk](Table& table, const Value& fax) { add_fax(table, fax, desk.look); };
    return show_list(desk, list, fax_table(desk.look));
}

std::string fax_path(Desk& desk, const std::string& name) {
    const std::size_t slash = name.rfind('/');
    const auto id = clean_fax_id(slash == std::string::npos ? name : name.substr(slash + 1));
    if (!id)
        throw Usage("this is no fax id: " + plain(name));
    if (slash != std::string::npos)
        return path_in(name.substr(0, slash), *id);
    const std::vector<std::string> projects = projects_of(desk);
    if (projects.size() == 1)
        return path_in(projects.front(), *id);
    std::string found;
    for (const std::string& project : projects) {
        const std::string path = path_in(project, *id);
        if (desk.ask(http::Method::get, path, short_patience).status != 200)
            continue;
        if (!found.empty())
            throw Usage("several projects have this fax: say PROJECT/" + *id);
        found = path;
    }
    if (found.empty())
        throw Usage("no project has the fax " + *id);
    return found;
}

} // namespace efaxd::ctl
