// efaxctl: the operator's tool.
#include "ctl/run.hpp"

#include <chrono>
#include <cstdlib>
#include <iostream>

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace {

std::string variable(const char* name) {
    const char* const value = std::getenv(name); // one thread only
    return value ? value : "";
}

efaxd::ctl::Look look() {
    efaxd::ctl::Look look;
    look.now = std::chrono::floor<efaxd::Duration>(std::chrono::system_clock::now());
    if (::isatty(STDOUT_FILENO) == 0)
        return look;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        look.width = size.ws_col;
    look.colour = variable("NO_COLOR").empty() && variable("TERM") != "dumb";
    return look;
}

bool wait_for(efaxd::Duration duration) {
    ::poll(nullptr, 0, static_cast<int>(duration.count()));
    return true;
}

} // namespace

int main(int argc, char** argv) {
    return efaxd::ctl::run({argv + (argc > 0 ? 1 : 0), argv + argc},
                           {std::cout, std::cerr, variable("EFAXD_SOCKET"), look(), efaxd::ctl::ask_at,
                            efaxd::ctl::follow_at, wait_for});
}
