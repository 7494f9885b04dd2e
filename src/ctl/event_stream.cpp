#include "ctl/event_stream.hpp"

namespace efaxd::ctl {

namespace {

constexpr std::size_t longest = 64u << 10;

/// The value of `name: value`.
std::string_view value_of(std::string_view line, std::string_view name) {
    if (!line.starts_with(name))
        return {};
    line.remove_prefix(name.size());
    return line.substr(line.starts_with(' ') ? 1 : 0);
}

} // namespace

void EventStream::take(std::string_view piece, const Heard& heard) {
    while (!piece.empty()) {
        const auto end = piece.find('\n');
        if (line_.size() <= longest)
            line_.append(piece.substr(0, end));
        if (end == piece.npos)
            return;
        piece.remove_prefix(end + 1);
        const std::string line = std::move(line_);
        line_.clear();
        take_line(line, heard);
    }
}

void EventStream::take_line(std::string_view line, const Heard& heard) {
    if (!line.empty()) {
        if (const auto name = value_of(line, "event:"); !name.empty())
            event_ = name;
        if (const auto data = value_of(line, "data:"); !data.empty() && data.size() < longest)
            data_ = data;
        return;
    }
    if (!data_.empty())
        heard(event_, data_);
    event_.clear();
    data_.clear();
}

} // namespace efaxd::ctl
