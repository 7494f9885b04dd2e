#include "ctl/top.hpp"

#include "ctl/arguments.hpp"
#include "ctl/exit_codes.hpp"
#include "ctl/top_asker.hpp"
#include "ctl/top_view.hpp"
#include "terminal/screen.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace efaxd::ctl {

namespace {

constexpr int tick_ms = 1000; ///< how often times such as `2 s ago` are written anew

class Descriptor {
  public:
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {
        if (descriptor < 0)
            throw std::system_error(errno, std::generic_category(), "no file handle is left");
    }
    ~Descriptor() { ::close(descriptor_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return descriptor_; }

  private:
    int descriptor_;
};

/// Has the signals that end us come as something to read, on every thread made from now on.
sigset_t ending_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT})
        ::sigaddset(&set, number);
    return set;
}

class BlockedSignals {
  public:
    BlockedSignals() : set_(ending_signals()) { ::pthread_sigmask(SIG_BLOCK, &set_, &before_); }
    ~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    BlockedSignals(const BlockedSignals&) = delete;
    BlockedSignals& operator=(const BlockedSignals&) = delete;
    const sigset_t* set() const { return &set_; }

  private:
    sigset_t set_;
    sigset_t before_{};
};

/// The asking thread must not be the one that hears of a new window size.
class WithoutResizes {
  public:
    WithoutResizes() {
        sigset_t set;
        ::sigemptyset(&set);
        ::sigaddset(&set, SIGWINCH);
        ::sigaddset(&set, SIGTSTP);
        ::pthread_sigmask(SIG_BLOCK, &set, &before_);
    }
    ~WithoutResizes() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    WithoutResizes(const WithoutResizes&) = delete;
    WithoutResizes& operator=(const WithoutResizes&) = delete;

  private:
    sigset_t before_{};
};

Instant clock_now() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

/// 0, or the signal that came.
int signal_in(const Descriptor& signals) {
    signalfd_siginfo info{};
    return ::read(signals.get(), &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
}

/// Until a key or a signal says so: 0 or the signal.
int show_until_left(terminal::Screen& screen, TopAsker& asker, const Descriptor& news,
                    const Descriptor& signals) {
    TopModel model;
    for (;;) {
        if (const auto look = asker.news())
            look->give_to(model, clock_now());
        screen.show(top_frame(model, screen.size(), screen.unicode(), clock_now()));
        std::array<pollfd, 3> waiting{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{news.get(), POLLIN, 0},
                                      pollfd{signals.get(), POLLIN, 0}};
        ::poll(waiting.data(), waiting.size(), tick_ms); // ended early by a new window size, too
        if (waiting[2].revents != 0)
            if (const int number = signal_in(signals))
                return number;
        std::uint64_t times = 0;
        [[maybe_unused]] const ssize_t ignored = ::read(news.get(), &times, sizeof times);
        for (terminal::Key key = screen.key(); key.kind != terminal::Key::Kind::none; key = screen.key()) {
            TopWish wish = model.press(key, top_page(model, screen.size()));
            if (wish.kind == TopWish::Kind::quit)
                return 0;
            if (wish.kind != TopWish::Kind::nothing)
                asker.wish(std::move(wish));
        }
    }
}

} // namespace

int top(Desk& desk, const Arguments& arguments) {
    take_none(arguments);
    if (desk.json)
        throw Usage("top is for people: for programs there are status --json and watch --json");
    const BlockedSignals blocked;
    const Descriptor signals(::signalfd(-1, blocked.set(), SFD_NONBLOCK | SFD_CLOEXEC));
    const Descriptor news(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    int ended_by = 0;
    try {
        std::optional<terminal::Screen> screen(std::in_place, desk.look.colour);
        std::optional<TopAsker> asker;
        {
            const WithoutResizes without;
            asker.emplace(desk.ask, [&news] {
                const std::uint64_t one = 1;
                [[maybe_unused]] const ssize_t ignored = ::write(news.get(), &one, sizeof one);
            });
        }
        ended_by = show_until_left(*screen, *asker, news, signals);
        screen.reset(); // before the last answer is waited for
    } catch (const terminal::Unfit& unfit) {
        throw Usage(std::string(unfit.what()) + ": use efaxctl status");
    }
    return ended_by == 0 ? exit_ok : 128 + ended_by;
}

} // namespace efaxd::ctl
