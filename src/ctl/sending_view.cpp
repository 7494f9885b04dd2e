#include "ctl/views.hpp"

#include "ctl/fields.hpp"

namespace efaxd::ctl {

using json::Value;

namespace {

bool concerned(const Value& sending) {
    std::int64_t all = 0;
    for (const char* kind : {"waiting", "held", "completed", "failed", "cancelled"})
        all += count(sending, kind);
    return flag(sending, "live") || all > 0;
}

Paint paint_of(const Value& sending) {
    if (count(sending, "held") > 0)
        return Paint::bad;
    const bool stuck = !flag(sending, "live") && count(sending, "waiting") > 0;
    return stuck ? Paint::warn : Paint::none;
}

} // namespace

std::string sending_table(const Value& projects, const Look& look) {
    using Narrow = Column::Narrow;
    Table table({{"PROJECT", false, Narrow::keep},
                 {"SENDING", false, Narrow::keep},
                 {"UNDER WAY", true, Narrow::keep},
                 {"HELD", true, Narrow::keep},
                 {"FAILED", true, Narrow::keep},
                 {"ARRIVED", true, Narrow::keep},
                 {"UNTOLD", true, Narrow::drop},
                 {"OLDEST UNSENT", false, Narrow::drop}},
                look.width, look.colour);
    for (std::size_t i = 0; i < projects.size(); ++i) {
        const Value sending = projects.at(i)["sending"];
        if (!concerned(sending))
            continue;
        const auto oldest = time(sending, "oldest_unsubmitted");
        table.row({text(projects.at(i), "name"), flag(sending, "live") ? "on" : "off",
                   number(sending, "waiting"), number(sending, "held"), number(sending, "failed"),
                   number(sending, "completed"), number(sending, "untold"),
                   oldest ? relative(*oldest, look.now) : "–"},
                  paint_of(sending));
    }
    return table.take();
}

} // namespace efaxd::ctl
