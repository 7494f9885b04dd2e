#include "sandbox/http_server.hpp"

#include "crypto/crypto.hpp"
#include "sandbox/wire.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

namespace efaxd::sandbox {
namespace {

using test::Wire;

/// Answers with what it was told to, or an echo.
class Parrot : public HttpService {
  public:
    std::optional<std::size_t> digests(const HttpRequest& head) const override {
        return head.path == "/digest" ? std::optional<std::size_t>{10} : std::nullopt;
    }
    HttpResponse answer(const HttpRequest& request) override {
        ++asked;
        if (request.path == "/throw")
            throw std::runtime_error("broken");
        HttpResponse response = next;
        if (response.body.empty() && !response.stream)
            response.body = request.digest ? std::to_string(request.digest->size) + " " +
                                                 request.digest->sha256 + " " + request.digest->kept
                                           : request.method + " " + request.path + " " + request.body;
        return response;
    }
    HttpResponse next;
    std::atomic<int> asked{0};
};

class Server : public ::testing::Test {
  protected:
    SimulatedClock clock;
    Parrot parrot;
    std::unique_ptr<HttpServer> server = std::make_unique<HttpServer>(0, parrot, clock);
};

TEST_F(Server, answers_many_requests_on_one_connection) {
    Wire wire(server->origin());
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(wire.exchange("POST", "/a%20b?c=d", {}, "body").body, "POST /a b body");
}

TEST_F(Server, answers_requests_sent_ahead_in_order) {
    Wire wire(server->origin());
    wire.ask("GET", "/1");
    wire.ask("GET", "/2");
    EXPECT_EQ(wire.reply().body, "GET /1 ");
    EXPECT_EQ(wire.reply().body, "GET /2 ");
}

TEST_F(Server, closes_when_asked_to) {
    Wire wire(server->origin());
    EXPECT_EQ(wire.exchange("GET", "/", {{"Connection", "close"}}).header("connection"), "close");
    EXPECT_TRUE(wire.closed());
}

TEST_F(Server, takes_a_chunked_body) {
    Wire wire(server->origin());
    wire.send(
        "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    EXPECT_EQ(wire.reply().body, "POST /x abcde");
}

TEST_F(Server, refuses_what_is_no_http) {
    Wire wire(server->origin());
    wire.send("nonsense\r\n\r\n");
    EXPECT_EQ(wire.reply().status, 400);
    EXPECT_TRUE(wire.closed());
}

TEST_F(Server, refuses_a_body_over_the_limit_before_reading_it) {
    Wire wire(server->origin());
    wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 999999999999\r\n\r\n");
    EXPECT_EQ(wire.reply().status, 413);
    EXPECT_EQ(parrot.asked, 0);
}

TEST_F(Server, digests_a_large_body_without_keeping_it) {
    const std::string body(1'000'000, 'x');
    Wire wire(server->origin());
    EXPECT_EQ(wire.exchange("POST", "/digest", {}, body).body, "1000000 " + crypto::sha256_hex(body) + " ");
    EXPECT_EQ(wire.exchange("POST", "/digest", {}, "small").body,
              "5 " + crypto::sha256_hex("small") + " small");
}

TEST_F(Server, turns_an_exception_into_a_500_and_goes_on) {
    Wire wire(server->origin());
    EXPECT_EQ(wire.exchange("GET", "/throw").status, 500);
    EXPECT_EQ(wire.exchange("GET", "/").status, 200);
}

TEST_F(Server, says_the_simulated_date) {
    clock.advance(std::chrono::duration_cast<Duration>(
        std::chrono::sys_days{std::chrono::year{2031} / 2 / 28} + std::chrono::hours{12} - clock.now()));
    EXPECT_TRUE(
        Wire(server->origin()).exchange("GET", "/").header("date").starts_with("Fri, 28 Feb 2031 12:00:0"));
}

TEST_F(Server, cuts_a_reply_and_closes) {
    parrot.next.body = std::string(100'000, 'x');
    parrot.next.manner.cut = 70'000;
    Wire wire(server->origin());
    const auto reply = wire.exchange("GET", "/");
    EXPECT_FALSE(reply.whole);
    EXPECT_EQ(reply.body.size(), 70'000u);
}

TEST_F(Server, hangs_up_without_a_byte) {
    parrot.next.manner.hang_up = true;
    EXPECT_EQ(Wire(server->origin()).exchange("GET", "/").status, 0);
    EXPECT_EQ(parrot.asked, 1);
}

TEST_F(Server, stops_at_once_although_replies_stall_drip_and_wait) {
    parrot.next.body = "0123456789";
    parrot.next.manner.stall = 4;
    Wire stalled(server->origin());
    stalled.ask("GET", "/");
    EXPECT_EQ(stalled.some_of_body(4), "0123");
    parrot.next.manner = {};
    parrot.next.manner.drip = 1;
    parrot.next.manner.drip_every = std::chrono::hours{1};
    Wire dripping(server->origin());
    dripping.ask("GET", "/");
    EXPECT_EQ(dripping.some_of_body(1), "0");
    parrot.next.manner = {};
    parrot.next.manner.delay = std::chrono::hours{1};
    Wire waiting(server->origin());
    waiting.ask("GET", "/");
    while (parrot.asked < 3)
        std::this_thread::yield();
    const auto began = std::chrono::steady_clock::now();
    server.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{5});
    EXPECT_TRUE(waiting.closed());
}

TEST_F(Server, calls_back_only_for_a_reply_that_went_out_whole) {
    std::atomic<int> sent{0};
    parrot.next.body = "0123456789";
    parrot.next.sent = [&] { ++sent; };
    parrot.next.manner.cut = 5;
    Wire(server->origin()).exchange("GET", "/");
    parrot.next.manner = {};
    Wire wire(server->origin());
    wire.exchange("GET", "/");
    wire.exchange("GET", "/");
    server.reset();
    EXPECT_EQ(sent, 2);
}

TEST_F(Server, serves_forty_connections_at_once) {
    std::vector<std::jthread> clients;
    std::atomic<int> good{0};
    for (int i = 0; i < 40; ++i)
        clients.emplace_back([&] {
            Wire wire(server->origin());
            for (int j = 0; j < 25; ++j)
                good += wire.exchange("GET", "/").status == 200 ? 1 : 0;
        });
    clients.clear();
    EXPECT_EQ(good, 1000);
}

TEST(HttpServerPort, that_is_taken_is_an_error) {
    SimulatedClock clock;
    Parrot parrot;
    const HttpServer server(0, parrot, clock);
    EXPECT_THROW(HttpServer(server.port(), parrot, clock), std::system_error);
}

} // namespace
} // namespace efaxd::sandbox
