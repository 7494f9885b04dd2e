#include "log/repeats.hpp"

#include <utility>

namespace efaxd::log {

namespace {

constexpr Duration window = std::chrono::minutes{1};
constexpr std::int64_t most_in_window = 20;
constexpr std::size_t most_kinds = 4096; ///< beyond that, lines are written without being counted

bool in_common(const Field& field) {
    return field.name() == "project" || field.name() == "mailbox" || field.name() == "reason";
}

} // namespace

bool Repeats::admits(const Event& event, std::span<const Field> fields, Steady now) {
    std::string kind(event.code);
    std::vector<Field> common;
    for (const Field& field : fields)
        if (in_common(field)) {
            kind += '\n' + std::string(field.name()) + '=' + field.value();
            common.push_back(field);
        }
    const std::lock_guard lock(mutex_);
    if (seen_.size() >= most_kinds && !seen_.contains(kind))
        return true;
    Seen& seen = seen_[kind];
    if (seen.times == 0 || now - seen.since >= window) {
        seen.event = event;
        seen.common = std::move(common);
        seen.since = now;
        seen.times = 0;
    }
    if (++seen.times <= most_in_window)
        return true;
    ++seen.left_out;
    return false;
}

std::vector<Repeats::LeftOut> Repeats::take_left_out(Steady now, bool all) {
    std::vector<LeftOut> told;
    const std::lock_guard lock(mutex_);
    for (auto& [kind, seen] : seen_) {
        if (!all && now - seen.since < window)
            continue;
        if (seen.left_out == 0)
            continue;
        told.push_back({seen.event, std::move(seen.common)});
        told.back().fields.push_back(count("left_out", seen.left_out));
        seen.left_out = 0;
    }
    std::erase_if(seen_, [&](const auto& one) { return now - one.second.since >= window; });
    return told;
}

} // namespace efaxd::log
