#include "efaxd/events.hpp"

namespace efaxd::log {

std::span<const Event> all_events() {
#define EFAXD_EVENT(name, code, level, text) name,
    static constexpr Event events[] = {EFAXD_EVENTS(EFAXD_EVENT)};
#undef EFAXD_EVENT
    return events;
}

} // namespace efaxd::log
