#include "system/notify.hpp"

#include "environment.hpp"
#include "fakes/temp_dir.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

namespace efaxd::system {
namespace {

/// The service manager's end.
class Manager {
  public:
    /// An address that begins with '@' is abstract.
    explicit Manager(const std::string& address) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        std::memcpy(at.sun_path, address.data(), address.size());
        if (address[0] == '@')
            at.sun_path[0] = '\0';
        const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
        EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&at), length), 0);
    }
    ~Manager() { ::close(socket_); }
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;

    std::string heard() const {
        char text[1000];
        const auto got = ::recv(socket_, text, sizeof text, MSG_DONTWAIT);
        return got < 0 ? std::string("nothing") : std::string(text, static_cast<std::size_t>(got));
    }

  private:
    int socket_;
};

TEST(Notifier, tells_the_manager_everything_over_a_path) {
    const fakes::TempDir dir;
    const std::string address = (dir.path() / "notify").string();
    const Manager manager(address);
    const Variable variable("NOTIFY_SOCKET", address);
    const Notifier notifier;

    EXPECT_TRUE(notifier.ready());
    EXPECT_EQ(manager.heard(), "READY=1");
    EXPECT_TRUE(notifier.status("3 mailboxes"));
    EXPECT_EQ(manager.heard(), "STATUS=3 mailboxes");
    EXPECT_TRUE(notifier.stopping());
    EXPECT_EQ(manager.heard(), "STOPPING=1");
    EXPECT_TRUE(notifier.watchdog());
    EXPECT_EQ(manager.heard(), "WATCHDOG=1");
    EXPECT_EQ(manager.heard(), "nothing");
}

TEST(Notifier, tells_a_reload_together_with_the_moment_it_began) {
    const fakes::TempDir dir;
    const std::string address = (dir.path() / "notify").string();
    const Manager manager(address);
    const Variable variable("NOTIFY_SOCKET", address);

    const auto microseconds = [] {
        return std::chrono::duration_cast<std::chrono::microseconds>(
                   std::chrono::steady_clock::now().time_since_epoch())
            .count();
    };
    const auto before = microseconds();
    EXPECT_TRUE(Notifier().reloading());
    const auto after = microseconds();
    const std::string heard = manager.heard();
    const std::string head = "RELOADING=1\nMONOTONIC_USEC=";
    ASSERT_EQ(heard.substr(0, head.size()), head);
    EXPECT_GE(std::stoll(heard.substr(head.size())), before);
    EXPECT_LE(std::stoll(heard.substr(head.size())), after);
}

TEST(Notifier, reaches_an_abstract_address) {
    const std::string address = "@efaxd-test-" + std::to_string(::getpid());
    const Manager manager(address);
    const Variable variable("NOTIFY_SOCKET", address);
    EXPECT_TRUE(Notifier().ready());
    EXPECT_EQ(manager.heard(), "READY=1");
}

TEST(Notifier, lets_no_line_break_of_a_status_become_another_message) {
    const fakes::TempDir dir;
    const std::string address = (dir.path() / "notify").string();
    const Manager manager(address);
    const Variable variable("NOTIFY_SOCKET", address);
    EXPECT_TRUE(Notifier().status("a\nSTOPPING=1\tb\x7f"));
    EXPECT_EQ(manager.heard(), "STATUS=a STOPPING=1 b ");
}

TEST(Notifier, is_silent_without_a_usable_address) {
    for (const std::optional<std::string>& address :
         {std::optional<std::string>(), std::optional<std::string>(""), std::optional<std::string>("@"),
          std::optional<std::string>("relative"), std::optional<std::string>("vsock:2:3"),
          std::optional<std::string>("/" + std::string(200, 'a')),
          std::optional<std::string>("/nonexistent/notify")}) {
        const Variable variable("NOTIFY_SOCKET", address);
        const Notifier notifier;
        EXPECT_FALSE(notifier.ready());
        EXPECT_FALSE(notifier.watchdog());
    }
}

TEST(Notifier, knows_whether_the_manager_watches_this_process) {
    const auto interval = [](const std::optional<std::string>& period,
                             const std::optional<std::string>& pid) {
        const Variable first("WATCHDOG_USEC", period);
        const Variable second("WATCHDOG_PID", pid);
        return Notifier().watchdog_interval();
    };
    using std::chrono::microseconds;
    const std::string us = std::to_string(::getpid());
    EXPECT_EQ(interval("30000000", us), microseconds{30'000'000});
    EXPECT_EQ(interval("30000000", std::nullopt), microseconds{30'000'000});
    EXPECT_EQ(interval("30000000", "1"), std::nullopt);
    EXPECT_EQ(interval("30000000", "x"), std::nullopt);
    EXPECT_EQ(interval(std::nullopt, us), std::nullopt);
    for (const char* const odd : {"", "0", "-1", "1s", "99999999999999999999"})
        EXPECT_EQ(interval(odd, us), std::nullopt) << odd;
}

} // namespace
} // namespace efaxd::system
