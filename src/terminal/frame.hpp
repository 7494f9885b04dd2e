// What a full screen shows, and what was pressed: plain values, no terminal in sight.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace efaxd::terminal {

enum class Tone { plain, good, warn, bad, faint, strong };

struct Line {
    std::string text{}; ///< UTF-8 without control characters; cut at the edge
    Tone tone = Tone::plain;
    bool bar = false; ///< in reverse, from edge to edge

    bool operator==(const Line&) const = default;
};

/// From the top; lines below the last one are empty.
using Frame = std::vector<Line>;

struct Size {
    std::size_t width = 0;
    std::size_t height = 0;

    bool operator==(const Size&) const = default;
};

struct Key {
    enum class Kind {
        none,
        text,
        up,
        down,
        page_up,
        page_down,
        home,
        end,
        enter,
        escape,
        backspace,
        resize,
        gone
    };
    Kind kind = Kind::none; ///< none: nothing was pressed; gone: the terminal is no more
    std::string text{};     ///< one character, UTF-8

    bool operator==(const Key&) const = default;
};

} // namespace efaxd::terminal
