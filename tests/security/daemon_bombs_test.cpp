// The real program, filled from all sides: its servers pour, its callers push. What it takes is measured by
// the kernel.
#include "security/bombs.hpp"
#include "security/footprint.hpp"
#include "security/hostile.hpp"

#include "clinic.hpp"
#include "fakes/loopback_server.hpp"
#include "serve/raw_client.hpp"

#include <atomic>
#include <fstream>
#include <iostream>
#include <memory>

namespace efaxd::daemon {
namespace {

using fakes::LoopbackServer;
using security::mebibyte;
using serve::RawClient;

constexpr std::size_t most_rise = 64 * mebibyte;

class Bombed : public Clinic {
  protected:
    void begin() {
        efaxd.settings.owners = "none";
        efaxd.settings.callers = "fhir";
        efaxd.settings.send = "mode: live";
        efaxd.settings.webhook_secret = "sim-webhook-0123456789";
        sandbox.fhir().auth().add_caller({.token = "sim-caller"});
        efaxd.configure();
    }

    void use(const std::string& old, const std::string& url) {
        std::string text = read_file(efaxd.config_file());
        text.replace(text.find(old), old.size(), url);
        efaxd.configure(text);
    }

    std::size_t bytes_of(const std::string& line) {
        return security::memory_of(std::to_string(efaxd.child().pid()), line);
    }

    /// From now on the highest since. Of a closed process only root may forget the peak of its start.
    void begin_measuring() {
        std::ofstream("/proc/" + std::to_string(efaxd.child().pid()) + "/clear_refs") << 5;
        before_ = bytes_of("VmRSS:");
    }
    void expect_small(const std::string& what) {
        const std::size_t peak = bytes_of("VmHWM:");
        const std::size_t rise = peak > before_ ? peak - before_ : 0;
        std::cout << before_ / mebibyte << " MiB idle, " << rise / mebibyte << " MiB more: " << what << '\n';
        if (security::memory_can_be_measured) {
            EXPECT_LE(rise, most_rise) << what;
        }
    }

    int door_port() const {
        const std::string url = efaxd.operations_url();
        return std::stoi(url.substr(url.rfind(':') + 1));
    }

    static std::string head(const std::string& path, const std::string& more) {
        return "POST " + path +
               " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sim-caller\r\nContent-Type: "
               "application/fhir+json\r\n" +
               more + "\r\n";
    }

    /// The door says no before it has heard 32 MiB; who goes on talking may find the connection gone.
    void expect_refusal(bool at_socket, const std::string& begin, const std::string& unit) {
        std::string block;
        while (block.size() < mebibyte)
            block += unit;
        const auto client = at_socket ? std::make_unique<RawClient>(efaxd.folder() / "socket")
                                      : std::make_unique<RawClient>(door_port());
        const std::string first = head(at_socket ? "/poll" : send_path, begin);
        bool there = client->say(first.substr(0, first.size() - 2));
        for (int i = 0; there && i < 32; ++i)
            there = client->say(block);
        EXPECT_TRUE(!there || client->hear().starts_with("HTTP/1.1 4")) << begin << unit;
    }

    const std::string send_path = "/fhir/R4/Communication/$send-efax";
    std::size_t before_ = 0;
};

TEST_F(Bombed, at_the_doors_the_daemon_stays_small) {
    begin();
    efaxd.start();
    begin_measuring();
    int turn = 0;
    for (const auto& [name, text] : security::json_texts(8 * mebibyte - 200'000)) {
        if (turn++ % 3 != 0 && security::dose(1) == 1)
            continue;
        const auto reply = efaxd.call(send_path, text);
        EXPECT_GE(reply.status, 400) << name;
        EXPECT_LT(reply.status, 500) << name;
    }
    expect_small("bodies of JSON");
    std::vector<std::unique_ptr<RawClient>> crowd; // half a body each
    for (int i = 0; i < 40; ++i) {
        crowd.push_back(std::make_unique<RawClient>(door_port()));
        crowd.back()->say(head(send_path, "Content-Length: 8000000\r\n") + std::string(4 * mebibyte, ' '));
    }
    EXPECT_FALSE(efaxd.ask("/status").empty());
    crowd.clear();
    expect_small("many half bodies");
    for (const auto& [begin, unit] : {std::pair<std::string, std::string>{"X-A: ", "a"},
                                      {"", "X-A: a\r\n"},
                                      {"Transfer-Encoding: chunked\r\n\r\n1;", "e"},
                                      {"Transfer-Encoding: chunked\r\n\r\n0\r\n", "X-T: t\r\n"}})
        for (const bool at_socket : {false, true})
            expect_refusal(at_socket, begin, unit);
    expect_refusal(true, "Transfer-Encoding: chunked\r\n\r\n",
                   "1;" + std::string(200, 'e') + "\r\n \r\n"); // until the body is too large
    expect_small("heads, chunks and trailers");
    RawClient webhook(door_port());
    EXPECT_TRUE(webhook.say(head("/efax/webhook", "Content-Length: 125829120\r\n")));
    const std::string piece(mebibyte, 'w');
    for (int i = 0; i < 120; ++i)
        ASSERT_TRUE(webhook.say(piece)) << i;
    EXPECT_TRUE(webhook.hear().starts_with("HTTP/1.1 401"));
    expect_small("a notification of 120 MiB");
    EXPECT_TRUE(polled_again());
    EXPECT_EQ(efaxd.stop(), 0);
}

TEST_F(Bombed, by_eFax_the_daemon_stays_small_and_polls_on) {
    auto bombs = security::endless_bombs();
    for (auto& bomb : security::json_bombs(4 * mebibyte - 4096))
        bombs.push_back(std::move(bomb));
    std::atomic<std::size_t> lists{0};
    LoopbackServer efax([&](const LoopbackServer::Seen& seen) {
        LoopbackServer::Answer answer;
        answer.headers = {{"Content-Type", "application/json"}};
        if (seen.target == "/tokens")
            answer.body = R"({"access_token":"t","token_type":"bearer","expires_in":86399})";
        else
            answer = bombs[lists++ % bombs.size()].answer;
        return answer;
    });
    efaxd.settings.poll = "100ms";
    begin();
    use(sandbox.efax_url(), efax.url());
    efaxd.start();
    begin_measuring();
    const std::size_t wanted = security::dose(1) == 1 ? 16 : bombs.size();
    EXPECT_TRUE(efaxd.until([&] { return lists >= wanted; })) << lists;
    expect_small("lists of eFax");
    EXPECT_EQ(efaxd.stop(), 0);
}

TEST_F(Bombed, by_the_FHIR_server_the_daemon_stays_small_and_delivers_afterwards) {
    auto bombs = security::json_bombs(15 * mebibyte);
    for (auto& bomb : security::endless_bombs())
        bombs.push_back(std::move(bomb));
    std::atomic<std::size_t> asked{0};
    LoopbackServer fhir([&](const LoopbackServer::Seen&) { return bombs[asked++ % bombs.size()].answer; });
    efaxd.settings.discover_every = "1s";
    begin();
    efaxd.settings.owners = "discover";
    efaxd.configure();
    use(sandbox.fhir_url(), fhir.url());
    put(front_desk, 4);
    efaxd.start();
    begin_measuring();
    const std::size_t wanted = security::dose(1) == 1 ? 14 : bombs.size();
    EXPECT_TRUE(efaxd.until([&] { return asked >= wanted; })) << asked;
    expect_small("searches and metadata of FHIR");
    EXPECT_EQ(efaxd.stop(), 0);
    efaxd.settings.owners = "none";
    efaxd.configure();
    efaxd.start();
    EXPECT_TRUE(all_arrive());
    EXPECT_EQ(efaxd.stop(), 0);
}

} // namespace
} // namespace efaxd::daemon
