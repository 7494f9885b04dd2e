// A daemon in this process whose clock is ours: what the service manager hears of an errand that never ends.
#include "app/clinic.hpp"
#include "app/daemon.hpp"
#include "fakes/fake_clock.hpp"

#include <csignal>
#include <cstring>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace efaxd::app {
namespace {

using namespace std::chrono_literals;

/// The service manager's datagram socket.
class Manager {
  public:
    explicit Manager(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
        ::setenv("WATCHDOG_USEC", "100000", 1);
    }
    ~Manager() {
        ::unsetenv("NOTIFY_SOCKET");
        ::unsetenv("WATCHDOG_USEC");
        ::close(socket_);
    }
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;

    /// The next message; empty if there is none for so long.
    std::string hear(std::chrono::milliseconds patience) const {
        timeval time{};
        time.tv_sec = patience.count() / 1000;
        time.tv_usec = patience.count() % 1000 * 1000;
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
        char text[512];
        const auto size = ::recv(socket_, text, sizeof text, 0);
        return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
    }
    bool hears(const std::string& message) const {
        for (;;) {
            const std::string heard = hear(10s);
            if (heard.empty() || heard == message)
                return !heard.empty();
        }
    }
    /// Until it is silent for ten times as long as it was promised a word.
    bool hears_no_more() const {
        const auto begin = std::chrono::steady_clock::now();
        while (std::chrono::steady_clock::now() - begin < 30s)
            if (hear(1s).empty())
                return true;
        return false;
    }

  private:
    int socket_;
};

TEST(Watchdog, is_not_fed_any_more_when_an_errand_has_no_end) {
    Clinic clinic;
    sandbox::FaultRule stalled;
    stalled.endpoint = "efax.list";
    stalled.kind = sandbox::FaultKind::stall;
    clinic.sandbox.faults().add(stalled);
    const Manager manager(clinic.dir.path() / "notify");
    fakes::FakeClock clock;
    auto house = clinic.house();
    const Ground real = house.ground();
    Daemon daemon({.config_file = clinic.dir.path() / "efaxd.yaml",
                   .config = clinic.config,
                   .ground = {real.ledger, real.outbox, real.spool, real.converter, clock, {}},
                   .projects = house.projects(),
                   .sqlite_version = "3",
                   .free_disk = [] { return std::uint64_t{1} << 40; }});
    int exit_code = -1;
    std::thread loop([&] { exit_code = daemon.run(); });
    EXPECT_TRUE(manager.hears("READY=1"));
    EXPECT_TRUE(manager.hears("WATCHDOG=1"));
    EXPECT_TRUE(clinic.sandbox.journal().wait_for({.endpoint = "efax.list"}, 1, 10s));

    clock.advance(7h); // a large document over a slow line takes six at the most
    EXPECT_TRUE(manager.hears_no_more());

    ::kill(::getpid(), SIGTERM);
    loop.join();
    EXPECT_EQ(exit_code, 0);
    EXPECT_TRUE(manager.hears("STOPPING=1"));
}

} // namespace
} // namespace efaxd::app
