#include "ctl/explain.hpp"

#include "ctl/arguments.hpp"
#include "ctl/catalogue.hpp"
#include "ctl/exit_codes.hpp"
#include "ctl/text.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <iterator>

namespace efaxd::ctl {

namespace {

constexpr std::size_t widest = 100; // longer lines are hard to read

const char* kind(const Explanation& one) { return one.reason ? "reason" : "event"; }

std::vector<Explanation> of_code(const std::vector<Explanation>& all, std::string_view code) {
    std::vector<Explanation> found;
    std::copy_if(all.begin(), all.end(), std::back_inserter(found),
                 [&](const Explanation& one) { return one.code == code; });
    return found;
}

[[noreturn]] void refuse(const std::vector<Explanation>& all, const std::string& wanted) {
    std::string near;
    for (const Explanation& one : all)
        if (one.code.find(wanted) != std::string::npos && near.find(one.code) == std::string::npos)
            near += (near.empty() ? "; perhaps " : ", ") + one.code;
    throw Usage("no event or reason has the code " + plain(wanted) + near);
}

void show(Desk& desk, const Explanation& one) {
    const std::size_t width = desk.look.width == 0 ? widest : std::min(desk.look.width, widest);
    desk.out << painted(one.code, Paint::good, desk.look.colour) << " (" << kind(one) << ")\n"
             << wrapped(one.cause, width, 2);
    if (!one.cure.empty())
        desk.out << wrapped("Do: " + one.cure, width, 2);
}

void list(Desk& desk, const std::vector<Explanation>& all) {
    Table table({{"CODE"}, {"KIND"}, {"MEANS", false, Column::Narrow::cut}}, desk.look.width,
                desk.look.colour);
    for (const Explanation& one : all)
        table.row({one.code, kind(one), one.cause});
    desk.out << table.take();
}

void print_json(Desk& desk, const std::vector<Explanation>& chosen) {
    json::Writer out;
    out.begin_array();
    for (const Explanation& one : chosen)
        out.begin_object()
            .member("code", one.code)
            .member("kind", kind(one))
            .member("cause", one.cause)
            .member("cure", one.cure)
            .end_object();
    out.end_array();
    desk.out << out.take() << '\n';
}

} // namespace

int explain(Desk& desk, const Arguments& arguments) {
    const auto all = explanations_in(troubleshooting());
    const auto chosen = arguments.empty() ? all : of_code(all, take_one(arguments, "the code"));
    if (chosen.empty())
        refuse(all, arguments.front());
    if (desk.json)
        print_json(desk, chosen);
    else if (arguments.empty())
        list(desk, chosen);
    else
        for (const Explanation& one : chosen)
            show(desk, one);
    return exit_ok;
}

} // namespace efaxd::ctl
