#include "ctl/catalogue.hpp"

#include <utility>

namespace efaxd::ctl {

namespace {

/// Without the marks for code and for stress.
std::string unmarked(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (c != '`' && c != '*')
            out += c;
    return out;
}

void append(std::string& text, std::string_view line) {
    if (!text.empty() && !line.empty())
        text += ' ';
    text += line;
}

/// What stands between the first two backticks.
std::string code_in(std::string_view line) {
    const auto begin = line.find('`') + 1;
    const auto end = line.find('`', begin);
    return begin == 0 || end == line.npos ? std::string() : std::string(line.substr(begin, end - begin));
}

class Reader {
  public:
    void take(std::string_view line) {
        if (line.starts_with("## "))
            chapter_ = line == "## Events"    ? Chapter::events
                       : line == "## Reasons" ? Chapter::reasons
                                              : Chapter::other;
        else if (chapter_ == Chapter::events)
            take_event_line(line);
        else if (chapter_ == Chapter::reasons && line.starts_with("| `"))
            take_row(line);
    }
    std::vector<Explanation> done() { return std::move(found_); }

  private:
    enum class Chapter { other, events, reasons };

    void take_event_line(std::string_view line) {
        if (line.starts_with("### ")) {
            found_.push_back({code_in(line), false, {}, {}});
            in_cure_ = false;
            return;
        }
        if (found_.empty())
            return;
        std::string text = unmarked(line);
        if (text.starts_with("Do: ")) {
            in_cure_ = true;
            text.erase(0, 4);
        }
        append(in_cure_ ? found_.back().cure : found_.back().cause, text);
    }

    void take_row(std::string_view line) {
        const auto cause = line.find(" | ");
        const auto cure = line.find(" | ", cause + 3);
        const auto end = line.rfind(" |");
        if (cause == line.npos || cure == line.npos || end < cure + 3)
            return;
        found_.push_back({code_in(line), true, unmarked(line.substr(cause + 3, cure - cause - 3)),
                          unmarked(line.substr(cure + 3, end - cure - 3))});
    }

    Chapter chapter_ = Chapter::other;
    bool in_cure_ = false;
    std::vector<Explanation> found_;
};

} // namespace

std::vector<Explanation> explanations_in(std::string_view markdown) {
    Reader reader;
    while (!markdown.empty()) {
        const auto end = markdown.find('\n');
        reader.take(markdown.substr(0, end));
        markdown.remove_prefix(end == markdown.npos ? markdown.size() : end + 1);
    }
    return reader.done();
}

} // namespace efaxd::ctl
