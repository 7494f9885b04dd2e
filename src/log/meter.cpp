#include "efaxd/meter.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <mutex>

namespace efaxd::meter {

namespace {

using namespace std::chrono_literals;

/// From a quick reply to a fax that waited for a weekend; the last bucket has no bound.
constexpr std::array<Duration, 15> bounds{50ms, 100ms, 250ms, 500ms, 1s,    2500ms, 5s,    10s,
                                          30s,  60s,   300s,  900s,  3600s, 14400s, 86400s};

struct Series {
    std::int64_t times = 0;
    Duration sum{};
    std::array<std::int64_t, bounds.size()> within{}; ///< how many were in this bucket and no smaller one
};

/// Never destroyed: threads may count until the very end.
struct Registry {
    std::mutex mutex;
    std::map<std::string_view, std::map<std::string, Series>> families; ///< by name, then by labels
};

Registry& registry() {
    static auto* const the_one = new Registry;
    return *the_one;
}

template <class Change>
void change(const Family& family, Labels labels, Change apply) {
    try {
        const std::string series = label_text(labels);
        Registry& all = registry();
        const std::lock_guard lock(all.mutex);
        apply(all.families[family.name][series]);
    } catch (...) { // counting must never stop the work
    }
}

/// `2.5`, of 2,500 ms.
std::string seconds_text(Duration duration) {
    const auto ms = duration.count();
    std::string text = std::to_string(ms / 1000);
    if (ms % 1000 == 0)
        return text;
    text += '.' + std::to_string(1000 + ms % 1000).substr(1);
    while (text.back() == '0')
        text.pop_back();
    return text;
}

std::string bucket_labels(const std::string& labels, const std::string& bound) {
    const std::string le = "le=\"" + bound + "\"}";
    return labels.empty() ? '{' + le : labels.substr(0, labels.size() - 1) + ',' + le;
}

void write_histogram(std::string& text, const std::string& name, const std::string& labels,
                     const Series& series) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        sum += series.within[i];
        text += name + "_bucket" + bucket_labels(labels, seconds_text(bounds[i])) + ' ' +
                std::to_string(sum) + '\n';
    }
    text += name + "_bucket" + bucket_labels(labels, "+Inf") + ' ' + std::to_string(series.times) + '\n';
    text += name + "_sum" + labels + ' ' + seconds_text(series.sum) + '\n';
    text += name + "_count" + labels + ' ' + std::to_string(series.times) + '\n';
}

std::string escaped(std::string_view value) {
    std::string text;
    for (const char c : value) {
        if (c == '\n') {
            text += "\\n";
            continue;
        }
        if (c == '\\' || c == '"')
            text += '\\';
        text += c;
    }
    return text;
}

} // namespace

std::span<const Family> all_families() {
#define EFAXD_METER(id, name, kind, help) id,
    static constexpr Family families[] = {EFAXD_METERS(EFAXD_METER)};
#undef EFAXD_METER
    return families;
}

void count(const Family& family, Labels labels, std::int64_t times) {
    change(family, labels, [&](Series& series) { series.times += times; });
}

void observe(const Family& family, Labels labels, Duration took) {
    took = std::max(took, Duration{0});
    change(family, labels, [&](Series& series) {
        ++series.times;
        series.sum += took;
        const auto bound = std::lower_bound(bounds.begin(), bounds.end(), took);
        if (bound != bounds.end())
            ++series.within[static_cast<std::size_t>(bound - bounds.begin())];
    });
}

std::string text() {
    std::string text;
    Registry& all = registry();
    const std::lock_guard lock(all.mutex);
    for (const Family& family : all_families()) {
        const std::string name = "efaxd_" + std::string(family.name);
        text += "# HELP " + name + ' ' + std::string(family.help) + '\n';
        text += "# TYPE " + name + (family.kind == Kind::counter ? " counter\n" : " histogram\n");
        for (const auto& [labels, series] : all.families[family.name])
            if (family.kind == Kind::histogram)
                write_histogram(text, name, labels, series);
            else
                text += name + labels + ' ' + std::to_string(series.times) + '\n';
    }
    return text;
}

std::string label_text(Labels labels) {
    std::string text;
    for (const Label& label : labels) {
        text += text.empty() ? '{' : ',';
        text += label.name;
        text += "=\"" + escaped(label.value) + '"';
    }
    return text.empty() ? text : text + '}';
}

} // namespace efaxd::meter
