// The whole terminal, for as long as it lives: the only room that sees ncurses.
#pragma once

#include "terminal/frame.hpp"

#include <memory>
#include <stdexcept>

namespace efaxd::terminal {

/// There is no terminal, or none that can place text. The text says so.
struct Unfit : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// One at a time in a process, used by one thread. The terminal is as before when the object has gone; also
/// when the process dies of a fault of its own. Signals that end a process are the business of the caller,
/// who has to leave in order.
class Screen {
  public:
    /// On standard input and output. Without colour, or where the terminal has none, tones are told by
    /// brightness. Throws Unfit.
    explicit Screen(bool colour);
    ~Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    Size size() const;
    /// Can it show more than ASCII? Whatever else is given is replaced.
    bool unicode() const;
    void show(const Frame& frame);
    /// What was pressed since the last call, one at a time; does not wait.
    Key key();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace efaxd::terminal
