#include "log/ear.hpp"

#include "efaxd/hearing.hpp"
#include "log/line.hpp"

#include <atomic>
#include <mutex>
#include <utility>

namespace efaxd::log {

namespace {

constexpr int deaf = static_cast<int>(Level::error) + 1;

struct TheEar {
    std::atomic<int> least{deaf};
    std::mutex mutex;
    Ear ear; ///< guarded by the mutex
};

/// Never destroyed: threads may speak until the very end.
TheEar& the_ear() {
    static auto* const the_one = new TheEar;
    return *the_one;
}

} // namespace

void listen(Ear ear) {
    const std::lock_guard lock(the_ear().mutex);
    the_ear().ear = std::move(ear);
}

void hear_from(std::optional<Level> least) { the_ear().least = least ? static_cast<int>(*least) : deaf; }

void tell_ear(Instant now, const Event& event, std::span<const Field> fields) {
    TheEar& here = the_ear();
    if (static_cast<int>(event.level) < here.least.load(std::memory_order_relaxed))
        return;
    const std::string text = line(Form::json, now, event, fields);
    const std::lock_guard lock(here.mutex);
    if (here.ear)
        here.ear({event, text});
}

} // namespace efaxd::log
