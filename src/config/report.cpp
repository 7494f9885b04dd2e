#include "config/report.hpp"

#include <algorithm>
#include <tuple>

namespace efaxd::config {

namespace {
constexpr std::size_t most_problems = 1000;
}

void Report::add(Place place, std::string key, std::string what) {
    if (problems_.size() == most_problems) {
        ++left_out_;
        return;
    }
    problems_.push_back({file_, place.line, place.column, std::move(key), std::move(what)});
}

void Report::note(std::string key, std::string value, int line) {
    settings_.push_back({std::move(key), std::move(value), line});
}

std::vector<Problem> Report::sorted() && {
    std::stable_sort(problems_.begin(), problems_.end(), [](const Problem& one, const Problem& other) {
        return std::tie(one.line, one.column) < std::tie(other.line, other.column);
    });
    if (left_out_ > 0) {
        const Place last{problems_.back().line, problems_.back().column};
        problems_.push_back(
            {file_, last.line, last.column, {}, std::to_string(left_out_) + " further problems"});
    }
    return std::move(problems_);
}

std::string Problem::text() const {
    std::string text = file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": ";
    if (!key.empty())
        text += key + ": ";
    return text + what;
}

} // namespace efaxd::config
