// Rows under titles, as wide as they need to be and no wider than the terminal if that can be had.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace efaxd::ctl {

enum class Paint { none, good, warn, bad, faint };

/// The text in that colour, or as it is.
std::string painted(const std::string& text, Paint paint, bool colour);

struct Column {
    enum class Narrow { keep, cut, drop }; ///< what it does when the terminal is too narrow

    std::string title;
    bool right = false; ///< numbers
    Narrow narrow = Narrow::keep;
};

/// Can be taken in portions, so that a list of any length is printed page by page under one line of titles.
class Table {
  public:
    /// `width` in columns; 0 for one without a limit (no terminal).
    Table(std::vector<Column> columns, std::size_t width, bool colour);

    void leave_titles_out() { titled_ = true; }
    void row(std::vector<std::string> cells, Paint paint = Paint::none);
    /// The rows since the last call, with the titles before the first ones.
    std::string take();

  private:
    struct Row {
        std::vector<std::string> cells;
        Paint paint;
    };
    void widen();
    std::size_t total() const;
    void drop();
    void shrink();
    std::string line(const std::vector<std::string>& cells) const;

    std::vector<Column> columns_;
    std::size_t width_;
    bool colour_;
    std::vector<std::size_t> widths_; ///< 0: dropped
    std::vector<Row> rows_;
    bool titled_ = false; ///< the titles are printed, or left out
    bool sized_ = false;  ///< which columns there are is settled
};

} // namespace efaxd::ctl
