#include "ctl/answers.hpp"

#include "ctl/exit_codes.hpp"
#include "ctl/fields.hpp"

#include <optional>

namespace efaxd::ctl {

using json::Document;
using json::Value;

namespace {

constexpr std::size_t page = 200;

struct Complaint {
    std::string text;
    std::string code; ///< may be empty
};

/// An error may come from somebody else than efaxd, in any form.
Complaint complaint_in(const Told& told) {
    try {
        const Document document = Document::parse(told.body, json::our_own);
        const Value error = document.root()["error"];
        if (error["text"]) { // a refused configuration has several lines
            const std::string code = text(error, "code");
            return {plain_lines(error["text"].text_or("")) + " (" + code + ')', code};
        }
    } catch (const json::ParseError&) {
        return {"the daemon answered " + std::to_string(told.status), {}};
    }
    return {"the daemon answered " + std::to_string(told.status), {}};
}

/// Prints what is wanted of one page; the number printed.
std::size_t print_page(Desk& desk, const List& list, const Value& items, Table& table, bool first) {
    std::size_t printed = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Value item = items.at(i);
        if (!list.wanted(item))
            continue;
        if (desk.json)
            desk.out << (first && printed == 0 ? "" : ",") << plain(item.raw());
        else
            list.add(table, item);
        ++printed;
    }
    desk.out << table.take();
    return printed;
}

} // namespace

int refused(Desk& desk, const Told& told) {
    if (told.status < 400)
        return exit_ok;
    if (desk.json)
        print_json(desk, told.body);
    const Complaint complaint = complaint_in(told);
    desk.err << "efaxctl: " << complaint.text << '\n';
    return exit_of(told.status, complaint.code);
}

void print_json(Desk& desk, std::string_view body) { desk.out << plain(body) << '\n'; }

int show(Desk& desk, const std::string& target, const std::function<std::string(const Value&)>& view) {
    const Told told = desk.ask(http::Method::get, target, short_patience);
    if (const int exit = refused(desk, told))
        return exit;
    const Document document = Document::parse(told.body, json::our_own);
    if (desk.json)
        print_json(desk, told.body);
    else
        desk.out << view(document.root());
    return exit_ok;
}

int change(Desk& desk, const std::string& target) {
    const Told told = desk.ask(http::Method::post, target, long_patience);
    if (const int exit = refused(desk, told))
        return exit;
    if (desk.json) {
        print_json(desk, told.body);
        return exit_ok;
    }
    const Document document = Document::parse(told.body, json::our_own);
    desk.out << plain_lines(document.root()["text"].text_or("done")) << '\n';
    return exit_ok;
}

int show_list(Desk& desk, const List& list, Table table) {
    if (!desk.look.titles)
        table.leave_titles_out();
    const std::string start =
        list.path + (list.path.find('?') == std::string::npos ? "?" : "&") + "limit=" + std::to_string(page);
    std::string query;
    std::size_t printed = 0;
    bool begun = false;
    do {
        const Told told = desk.ask(http::Method::get, start + query, short_patience);
        if (const int exit = refused(desk, told))
            return exit;
        const Document document = Document::parse(told.body, json::our_own);
        if (desk.json && !begun)
            desk.out << R"({"schema":1,")" << list.member << R"(":[)";
        begun = true;
        printed += print_page(desk, list, document.root()[list.member], table, printed == 0);
        const Value next = document.root()["next"];
        std::string following = next ? list.query(next) : std::string();
        if (following == query) // a page that leads to itself
            break;
        query = std::move(following);
    } while (!query.empty());
    if (desk.json)
        desk.out << "]}\n";
    else if (printed == 0)
        desk.out << list.none << '\n';
    return exit_ok;
}

} // namespace efaxd::ctl
