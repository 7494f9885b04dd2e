#include "terminal/screen.hpp"

#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <ncurses.h>

#include <algorithm>
#include <array>
#include <climits>
#include <clocale>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cwchar>

#include <langinfo.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace efaxd::terminal {

namespace {

constexpr std::array fatal_signals{SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};

termios before_us{};          ///< the terminal's settings, for the handler
std::array<char, 64> leaving; ///< what leaves the full screen and shows the cursor
std::size_t leaving_size = 0;

/// Only calls that a signal handler may make. Then the signal does what it always does.
extern "C" void restore_and_die(int number) {
    [[maybe_unused]] const ssize_t ignored = ::write(STDOUT_FILENO, leaving.data(), leaving_size);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_us);
    ::signal(number, SIG_DFL);
    ::raise(number);
}

/// Empty if the terminal has it not.
std::string capability(const char* name) {
    const char* const found = ::tigetstr(name);
    const auto value = reinterpret_cast<std::intptr_t>(found); // -1: terminfo has no text of that name
    return value == 0 || value == -1 ? std::string() : found;
}

void remember_how_to_leave() {
    const std::string bytes = capability("rmcup") + capability("cnorm") + capability("sgr0");
    leaving_size = std::min(bytes.size(), leaving.size());
    bytes.copy(leaving.data(), leaving_size);
}

void set_fatal_handlers(void (*handler)(int)) {
    for (const int number : fatal_signals)
        ::signal(number, handler);
}

enum Pair : short { pair_good = 1, pair_warn, pair_bad, pair_faint };

attr_t attributes_of(Tone tone, bool colour) {
    const auto pair = [&](short number, attr_t otherwise) {
        return colour ? static_cast<attr_t>(COLOR_PAIR(number)) : otherwise;
    };
    switch (tone) {
    case Tone::good:
        return pair(pair_good, A_NORMAL);
    case Tone::warn:
        return pair(pair_warn, A_BOLD);
    case Tone::bad:
        return pair(pair_bad, A_NORMAL) | A_BOLD;
    case Tone::faint:
        return A_DIM;
    case Tone::strong:
        return A_BOLD;
    case Tone::plain:
        break;
    }
    return A_NORMAL;
}

/// For a terminal that knows nothing else.
std::string as_ascii(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte < 0x80)
            out += text[at];
        else if ((byte & 0xc0u) == 0xc0u) // the first byte of a character
            out += text.compare(at, 3, "–") == 0 ? '-' : text.compare(at, 3, "…") == 0 ? '~' : '?';
    }
    return out;
}

std::wstring wide(const std::string& text) {
    std::mbstate_t state{};
    std::wstring out;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at < end) {
        wchar_t letter = 0;
        const std::size_t used = std::mbrtowc(&letter, at, static_cast<std::size_t>(end - at), &state);
        if (used == 0 || used > static_cast<std::size_t>(end - at))
            break;
        if (::wcwidth(letter) == 1)
            out += letter;
        else
            out += L'?';
        at += used;
    }
    return out;
}

std::string narrow(wint_t letter) {
    std::array<char, MB_LEN_MAX> bytes{};
    std::mbstate_t state{};
    const std::size_t used = std::wcrtomb(bytes.data(), static_cast<wchar_t>(letter), &state);
    return used == static_cast<std::size_t>(-1) ? std::string() : std::string(bytes.data(), used);
}

Key of_code(wint_t code) {
    switch (code) {
    case KEY_UP:
        return {Key::Kind::up};
    case KEY_DOWN:
        return {Key::Kind::down};
    case KEY_PPAGE:
        return {Key::Kind::page_up};
    case KEY_NPAGE:
        return {Key::Kind::page_down};
    case KEY_HOME:
        return {Key::Kind::home};
    case KEY_END:
        return {Key::Kind::end};
    case KEY_ENTER:
        return {Key::Kind::enter};
    case KEY_BACKSPACE:
    case KEY_DC:
        return {Key::Kind::backspace};
    default: // KEY_RESIZE too; whatever else there may be draws anew and harms nobody
        return {Key::Kind::resize};
    }
}

Key of_letter(wint_t letter) {
    constexpr wint_t escape = 27;
    constexpr wint_t del = 127;
    if (letter == L'\n' || letter == L'\r')
        return {Key::Kind::enter};
    if (letter == escape)
        return {Key::Kind::escape};
    if (letter == del || letter == L'\b')
        return {Key::Kind::backspace};
    if (letter == 12) // Ctrl-L
        return {Key::Kind::resize};
    if (letter < L' ')
        return {Key::Kind::resize};
    return {Key::Kind::text, narrow(letter)};
}

bool hung_up() {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    return ::poll(&input, 1, 0) > 0 && (input.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

} // namespace

struct Screen::State {
    SCREEN* screen = nullptr;
    bool colour = false;
    bool unicode = false;
};

Screen::Screen(bool colour) : state_(std::make_unique<State>()) {
    if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0 ||
        ::tcgetattr(STDIN_FILENO, &before_us) != 0)
        throw Unfit("there is no terminal");
    std::setlocale(LC_ALL, "");
    state_->unicode = std::string(::nl_langinfo(CODESET)) == "UTF-8";
    ::set_escdelay(25);
    state_->screen = ::newterm(nullptr, stdout, stdin);
    if (!state_->screen)
        throw Unfit("the terminal is of an unknown kind: is TERM set?");
    if (capability("cup").empty()) {
        ::endwin();
        ::delscreen(state_->screen);
        throw Unfit("the terminal cannot place text");
    }
    remember_how_to_leave();
    set_fatal_handlers(restore_and_die);
    ::cbreak();
    ::noecho();
    ::nonl();
    ::keypad(stdscr, true);
    ::nodelay(stdscr, true);
    ::curs_set(0);
    state_->colour = colour && ::has_colors() && ::start_color() == OK && ::use_default_colors() == OK;
    if (state_->colour) {
        ::init_pair(pair_good, COLOR_GREEN, -1);
        ::init_pair(pair_warn, COLOR_YELLOW, -1);
        ::init_pair(pair_bad, COLOR_RED, -1);
    }
}

Screen::~Screen() {
    ::endwin();
    ::delscreen(state_->screen);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_us);
    set_fatal_handlers(SIG_DFL);
}

Size Screen::size() const {
    return {static_cast<std::size_t>(std::max(0, ::getmaxx(stdscr))),
            static_cast<std::size_t>(std::max(0, ::getmaxy(stdscr)))};
}

bool Screen::unicode() const { return state_->unicode; }

void Screen::show(const Frame& frame) {
    const auto [width, height] = size();
    ::werase(stdscr);
    for (std::size_t row = 0; row < std::min(height, frame.size()); ++row) {
        const Line& line = frame[row];
        std::wstring text = wide(state_->unicode ? line.text : as_ascii(line.text));
        text.resize(line.bar ? width : std::min(width, text.size()), L' ');
        ::wattrset(stdscr, static_cast<int>(attributes_of(line.tone, state_->colour) |
                                            (line.bar ? A_REVERSE : A_NORMAL)));
        ::mvwaddnwstr(stdscr, static_cast<int>(row), 0, text.c_str(), static_cast<int>(text.size()));
    }
    ::wattrset(stdscr, A_NORMAL);
    ::wrefresh(stdscr);
}

Key Screen::key() {
    wint_t letter = 0;
    const int got = ::wget_wch(stdscr, &letter);
    if (got == ERR)
        return {hung_up() ? Key::Kind::gone : Key::Kind::none};
    return got == KEY_CODE_YES ? of_code(letter) : of_letter(letter);
}

} // namespace efaxd::terminal
