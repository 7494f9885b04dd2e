// Two hundred slow and broken clients at the real program's socket, while faxes flow.
#include "security/footprint.hpp"
#include "security/hostile.hpp"

#include "clinic.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <poll.h>
#include <random>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace efaxd::daemon {
namespace {

using namespace std::chrono_literals;
using security::mebibyte;
using Clock = std::chrono::steady_clock;

/// Connects again and again: says nothing, half of something, rubbish, a byte at a time, or asks and never
/// listens; goes away in the middle.
class SlowCrowd {
  public:
    SlowCrowd(std::filesystem::path socket, std::size_t size)
        : socket_(std::move(socket)), clients_(size),
          thread_([this](const std::stop_token& stop) { run(stop); }) {}

    /// How many connections there have been.
    int connections() const { return connections_; }

  private:
    struct Client {
        int socket = -1;
        std::size_t said = 0;
    };
    static constexpr std::array<std::string_view, 6> speeches = {
        "",
        "GET /status HTTP/1.1\r\nHost: x\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /poll HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\nhalf of it",
        "\x16\x03\x01 this is no HTTP at all\r\n\r\n",
        "POST /poll HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
        "chunked\r\n\r\n1;eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"};

    void run(const std::stop_token& stop) {
        std::mt19937 random(7);
        while (!stop.stop_requested()) {
            for (std::size_t i = 0; i < clients_.size(); ++i)
                act(clients_[i], speeches[i % speeches.size()], static_cast<unsigned>(random()));
            ::poll(nullptr, 0, 20); // the pace of the crowd
        }
        for (Client& client : clients_)
            leave(client);
    }

    void act(Client& client, std::string_view speech, unsigned random) {
        if (client.socket < 0)
            return enter(client);
        if (random % 50 == 0)
            return leave(client);
        const std::string_view left = speech.substr(std::min(client.said, speech.size()));
        const std::size_t most = random % 3 == 0 ? left.size() : std::min<std::size_t>(1, left.size());
        const ssize_t sent = ::send(client.socket, left.data(), most, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN)
            return leave(client); // thrown out
        client.said += sent > 0 ? static_cast<std::size_t>(sent) : 0;
        pollfd watched{client.socket, POLLHUP, 0};
        if (::poll(&watched, 1, 0) == 1 && (watched.revents & (POLLHUP | POLLERR)))
            leave(client);
    }

    void enter(Client& client) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        socket_.native().copy(address.sun_path, sizeof address.sun_path - 1);
        client = {::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), 0};
        if (::connect(client.socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            return leave(client);
        ++connections_;
    }

    static void leave(Client& client) {
        if (client.socket >= 0)
            ::close(client.socket);
        client = {};
    }

    std::filesystem::path socket_;
    std::vector<Client> clients_;
    std::atomic<int> connections_{0};
    std::jthread thread_;
};

class Crowded : public Clinic {
  protected:
    static constexpr auto poll = 1s;

    void begin() {
        efaxd.settings.owners = "none";
        efaxd.settings.poll = "1s";
        efaxd.settings.log_level = "info";
        efaxd.configure();
        efaxd.start();
        ASSERT_TRUE(all_arrive());
    }

    /// The longest that one of so many faxes took from its arrival at eFax to its Communication.
    Clock::duration slowest(int faxes) {
        Clock::duration slowest{};
        for (int i = 0; i < faxes; ++i) {
            const auto arrived = Clock::now();
            put(front_desk);
            EXPECT_TRUE(efaxd.until([&] { return sandbox.oracle().clean(); })) << efaxd.log();
            slowest = std::max(slowest, Clock::now() - arrived);
        }
        return slowest;
    }

    std::size_t resident() { return security::memory_of(std::to_string(efaxd.child().pid()), "VmRSS:"); }
};

/// How long the crowd stays: EFAXD_CROWD_SECONDS.
std::chrono::seconds stay() {
    const char* const seconds = std::getenv("EFAXD_CROWD_SECONDS");
    return std::chrono::seconds{seconds ? std::atoi(seconds) : 4};
}

TEST_F(Crowded, at_the_socket_by_the_slow_and_the_broken_the_daemon_delays_no_fax_and_answers) {
    begin();
    const auto alone = slowest(3);
    const SlowCrowd crowd(efaxd.folder() / "socket", 200);
    ASSERT_TRUE(efaxd.until([&] { return crowd.connections() >= 200; }));
    ASSERT_FALSE(efaxd.ask("/status").empty());
    const std::size_t before = resident();
    Clock::duration slowest_fax{};
    Clock::duration slowest_answer{};
    int asked = 0;
    for (const auto end = Clock::now() + stay(); Clock::now() < end || asked < 3;) {
        slowest_fax = std::max(slowest_fax, slowest(1));
        const auto now = Clock::now();
        EXPECT_FALSE(efaxd.ask("/status").empty());
        slowest_answer = std::max(slowest_answer, Clock::now() - now);
        ++asked;
    }
    const auto in_ms = [](auto duration) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
    };
    std::cout << asked << " faxes; slowest " << in_ms(slowest_fax) << " ms, alone " << in_ms(alone)
              << " ms; slowest answer " << in_ms(slowest_answer) << " ms; " << crowd.connections()
              << " connections; memory " << before / 1024 << " to " << resident() / 1024 << " KiB\n";
    EXPECT_LE(slowest_fax, alone + poll);
    EXPECT_LE(slowest_answer, poll);
    if (security::memory_can_be_measured) {
        EXPECT_LE(resident(), before + 8 * mebibyte);
    }
    EXPECT_TRUE(polled_again());
    EXPECT_EQ(efaxd.stop(), 0);
}

} // namespace
} // namespace efaxd::daemon
