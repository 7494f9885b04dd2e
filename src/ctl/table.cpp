#include "ctl/table.hpp"

#include "ctl/text.hpp"

#include <algorithm>

namespace efaxd::ctl {

namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t least_cut = 8; ///< no column is cut to less

/// The first `most` characters, the last of them an ellipsis if something is missing.
std::string cut(const std::string& text, std::size_t most) {
    if (width_of(text) <= most)
        return text;
    std::size_t bytes = 0;
    for (std::size_t characters = 0; bytes < text.size(); ++bytes) {
        const bool begins = (static_cast<unsigned char>(text[bytes]) & 0xc0u) != 0x80u;
        if (begins && ++characters == most)
            break;
    }
    return text.substr(0, bytes) + "…";
}

} // namespace

std::string painted(const std::string& text, Paint paint, bool colour) {
    if (!colour || paint == Paint::none || text.empty())
        return text;
    const char* code = "2";
    if (paint == Paint::good)
        code = "32";
    else if (paint == Paint::warn)
        code = "33";
    else if (paint == Paint::bad)
        code = "31";
    return "\x1b[" + std::string(code) + 'm' + text + "\x1b[0m";
}

Table::Table(std::vector<Column> columns, std::size_t width, bool colour)
    : columns_(std::move(columns)), width_(width), colour_(colour), widths_(columns_.size(), 0) {}

void Table::row(std::vector<std::string> cells, Paint paint) {
    cells.resize(columns_.size());
    rows_.push_back({std::move(cells), paint});
}

std::string Table::take() {
    if (rows_.empty())
        return {};
    widen();
    if (width_ > 0 && !sized_)
        drop();
    sized_ = true;
    if (width_ > 0)
        shrink();
    std::string out;
    if (!titled_) {
        std::vector<std::string> titles;
        for (const Column& column : columns_)
            titles.push_back(column.title);
        out += painted(line(titles), Paint::faint, colour_) + '\n';
        titled_ = true;
    }
    for (const Row& row : rows_)
        out += painted(line(row.cells), row.paint, colour_) + '\n';
    rows_.clear();
    return out;
}

void Table::widen() {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (sized_ && widths_[i] == 0)
            continue;
        widths_[i] = std::max(widths_[i], titled_ ? 1 : width_of(columns_[i].title));
        for (const Row& row : rows_)
            widths_[i] = std::max(widths_[i], width_of(row.cells[i]));
    }
}

std::size_t Table::total() const {
    std::size_t sum = 0;
    for (const std::size_t width : widths_)
        sum += width > 0 ? width + gap : 0;
    return sum > 0 ? sum - gap : 0;
}

void Table::drop() {
    for (std::size_t i = columns_.size(); i-- > 0 && total() > width_;)
        if (columns_[i].narrow == Column::Narrow::drop)
            widths_[i] = 0;
}

void Table::shrink() {
    for (std::size_t i = columns_.size(); i-- > 0 && total() > width_;) {
        const std::size_t least = std::max(least_cut, width_of(columns_[i].title));
        if (columns_[i].narrow == Column::Narrow::cut && widths_[i] > least)
            widths_[i] -= std::min(widths_[i] - least, total() - width_);
    }
}

std::string Table::line(const std::vector<std::string>& cells) const {
    std::string out;
    std::size_t owed = 0; // spaces before the next cell: none are left at the end of a line
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (widths_[i] == 0)
            continue;
        const std::string cell =
            columns_[i].narrow == Column::Narrow::cut ? cut(cells[i], widths_[i]) : cells[i];
        const std::size_t missing = widths_[i] - std::min(widths_[i], width_of(cell));
        if (columns_[i].right)
            owed += missing;
        if (!cell.empty()) {
            out += std::string(owed, ' ') + cell;
            owed = 0;
        } else {
            owed += columns_[i].right ? 0 : missing;
        }
        owed += gap + (columns_[i].right || cell.empty() ? 0 : missing);
    }
    return out;
}

} // namespace efaxd::ctl
