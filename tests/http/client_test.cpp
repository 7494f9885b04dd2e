#include "http/client.hpp"

#include "efaxd/core/fault.hpp"
#include "fakes/loopback_server.hpp"
#include "fakes/temp_dir.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace efaxd::http {
namespace {

using fakes::LoopbackServer;
using Answer = LoopbackServer::Answer;
using Seen = LoopbackServer::Seen;
using namespace std::chrono_literals;

Request request_to(const LoopbackServer& server, Method method = Method::get, std::string body = {}) {
    Request request;
    request.method = method;
    request.url = server.url() + "/x";
    request.body = std::move(body);
    return request;
}

Answer reply_with(std::string body) {
    Answer answer;
    answer.body = std::move(body);
    return answer;
}

Answer raw(std::string bytes) {
    Answer answer;
    answer.raw = std::move(bytes);
    return answer;
}

Error error_of(Client& client, const Request& request, const Sink& sink = {}) {
    try {
        client.exchange(request, {}, sink);
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "no error";
    return {Error::Kind::refused, false, "none"};
}

/// What the client makes of these bytes as a reply.
Error error_of_raw(const std::string& bytes) {
    LoopbackServer server([&](const Seen&) { return raw(bytes); });
    Client client({});
    return error_of(client, request_to(server));
}

TEST(Client, exchanges_a_request_for_a_reply) {
    LoopbackServer server([](const Seen&) {
        Answer answer = reply_with("hello");
        answer.status = 201;
        answer.headers = {{"X-One", " padded "}, {"x-TWO", "2"}};
        return answer;
    });
    Client client({});
    Request request = request_to(server, Method::post, "body");
    request.url += "?q=1%202#fragment";
    request.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}};
    const Reply reply = client.exchange(request, {});

    EXPECT_EQ(reply.status, 201);
    EXPECT_EQ(reply.body, "hello");
    EXPECT_EQ(reply.header("x-one"), "padded");
    EXPECT_EQ(reply.header("x-two"), "2");
    EXPECT_FALSE(reply.header("x-three"));
    const Seen seen = server.diary().at(0);
    EXPECT_EQ(seen.method, "POST");
    EXPECT_EQ(seen.target, "/x?q=1%202");
    EXPECT_EQ(seen.body, "body");
    EXPECT_EQ(seen.header("content-type"), "application/json");
    EXPECT_TRUE(seen.headers.contains("x-empty"));
}

TEST(Client, speaks_every_method_with_its_body) {
    LoopbackServer server([](const Seen& seen) { return reply_with(seen.method + " " + seen.body); });
    Client client({});
    EXPECT_EQ(client.exchange(request_to(server, Method::get), {}).body, "GET ");
    EXPECT_EQ(client.exchange(request_to(server, Method::del), {}).body, "DELETE ");
    EXPECT_EQ(client.exchange(request_to(server, Method::del, "d"), {}).body, "DELETE d");
    EXPECT_EQ(client.exchange(request_to(server, Method::put, "p"), {}).body, "PUT p");
    EXPECT_EQ(client.exchange(request_to(server, Method::patch, "q"), {}).body, "PATCH q");
    EXPECT_EQ(client.exchange(request_to(server, Method::post), {}).body, "POST ");
    EXPECT_EQ(client.exchange(request_to(server, Method::put), {}).body, "PUT ");
    EXPECT_EQ(server.diary().at(5).header("content-length"), "0");
}

TEST(Client, asks_for_nothing_that_was_not_asked_of_it) {
    LoopbackServer server([](const Seen&) { return reply_with("x"); });
    Client client({});
    client.exchange(request_to(server, Method::post, std::string(2u << 20, 'x')), {});
    client.exchange(request_to(server, Method::put, std::string(2u << 20, 'x')), {});
    for (const Seen& seen : server.diary())
        for (const char* name : {"expect", "accept-encoding", "te", "content-type", "authorization", "cookie",
                                 "transfer-encoding", "upgrade"})
            EXPECT_FALSE(seen.headers.contains(name)) << name;
}

TEST(Client, keeps_its_connection_warm) {
    LoopbackServer server([](const Seen&) { return reply_with("x"); });
    Client client({});
    for (int i = 0; i < 3; ++i)
        client.exchange(request_to(server, i == 1 ? Method::post : Method::get), {});
    EXPECT_EQ(server.diary().at(2).connection, 0);
}

TEST(Client, makes_a_connection_of_its_own_when_asked_to) {
    LoopbackServer server([](const Seen&) { return reply_with("x"); });
    Client client({});
    Request request = request_to(server);
    client.exchange(request, {});
    request.fresh = true;
    client.exchange(request, {});
    client.exchange(request, {});
    const auto diary = server.diary();
    ASSERT_EQ(diary.size(), 3u);
    EXPECT_NE(diary[1].connection, diary[0].connection);
    EXPECT_NE(diary[2].connection, diary[1].connection);
}

TEST(Client, follows_no_redirect) {
    LoopbackServer server([](const Seen&) {
        Answer answer;
        answer.status = 302;
        answer.headers = {{"Location", "/elsewhere"}};
        return answer;
    });
    Client client({});
    EXPECT_EQ(client.exchange(request_to(server), {}).status, 302);
    EXPECT_EQ(server.diary().size(), 1u);
}

TEST(Client, keeps_no_cookie) {
    LoopbackServer server([](const Seen&) {
        Answer answer;
        answer.headers = {{"Set-Cookie", "a=b"}};
        return answer;
    });
    Client client({});
    client.exchange(request_to(server), {});
    client.exchange(request_to(server), {});
    EXPECT_FALSE(server.diary().at(1).headers.contains("cookie"));
}

TEST(Client, leaves_encoded_content_as_it_is) {
    LoopbackServer server([](const Seen&) {
        Answer answer = reply_with("not gzip at all");
        answer.headers = {{"Content-Encoding", "gzip"}};
        return answer;
    });
    Client client({});
    EXPECT_EQ(client.exchange(request_to(server), {}).body, "not gzip at all");
}

TEST(Client, ignores_the_proxy_of_the_environment) {
    LoopbackServer server([](const Seen&) { return reply_with("direct"); });
    LoopbackServer proxy([](const Seen&) { return reply_with("by proxy"); });
    ::setenv("http_proxy", proxy.url().c_str(), 1);
    ::setenv("ALL_PROXY", proxy.url().c_str(), 1);
    Client client({});
    const Reply reply = client.exchange(request_to(server), {});
    ::unsetenv("http_proxy");
    ::unsetenv("ALL_PROXY");
    EXPECT_EQ(reply.body, "direct");
}

TEST(Client, takes_https_through_its_proxy_and_loopback_past_it) {
    LoopbackServer server([](const Seen&) { return reply_with("direct"); });
    LoopbackServer proxy([](const Seen&) {
        Answer answer;
        answer.status = 407;
        return answer;
    });
    ::setenv("no_proxy", "*", 1);
    Client client({.ca_file = {}, .proxy = proxy.url()});
    EXPECT_EQ(client.exchange(request_to(server), {}).body, "direct");
    Request request;
    request.url = "https://fhir.invalid/x";
    request.headers = {{"Authorization", "Bearer secret"}};
    const Error error = error_of(client, request);
    ::unsetenv("no_proxy");
    EXPECT_FALSE(error.sent);
    ASSERT_EQ(proxy.diary().size(), 1u);
    EXPECT_EQ(proxy.diary()[0].method, "CONNECT");
    EXPECT_EQ(proxy.diary()[0].target, "fhir.invalid:443");
    EXPECT_FALSE(proxy.diary()[0].headers.contains("authorization"));
}

TEST(Client, refuses_urls_that_are_neither_https_nor_loopback) {
    Client client({});
    for (const char* url : {"http://fhir.invalid/", "ftp://127.0.0.1/", "file:///etc/passwd", "127.0.0.1",
                            "https://user:word@127.0.0.1/", "http://127.0.0.1\\@fhir.invalid/", ""}) {
        Request request;
        request.url = url;
        const Error error = error_of(client, request);
        EXPECT_EQ(error.kind, Error::Kind::refused) << url;
        EXPECT_FALSE(error.sent);
    }
}

TEST(Client, refuses_headers_that_would_break_their_line) {
    LoopbackServer server([](const Seen&) { return reply_with("x"); });
    Client client({});
    const Header bad[] = {{"X", "a\r\nY: b"}, {"X", "a\nb"}, {"X\r\nY", "a"},
                          {"X:Y", "a"},       {"", "a"},     {"X", std::string("a\0b", 3)}};
    for (const Header& header : bad) {
        Request request = request_to(server);
        request.headers = {header};
        EXPECT_EQ(error_of(client, request).kind, Error::Kind::refused);
    }
    EXPECT_TRUE(server.diary().empty());
}

TEST(Client, gives_the_headers_of_the_last_reply_only) {
    LoopbackServer server([](const Seen&) {
        return raw("HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\nHTTP/1.1 103 Hints\r\nLink: y\r\n\r\n"
                   "HTTP/1.1 200 OK\r\nHTTP/X: z\r\nX-Fold: a\r\n  b\r\nTransfer-Encoding: chunked\r\n"
                   "Connection: close\r\n\r\n2\r\nhi\r\n0\r\nX-Trailer: t\r\n\r\n");
    });
    Client client({});
    const Reply reply = client.exchange(request_to(server), {});
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "hi");
    EXPECT_FALSE(reply.header("x-early"));
    EXPECT_FALSE(reply.header("link"));
    EXPECT_FALSE(reply.header("x-trailer"));
    EXPECT_EQ(reply.header("http/x"), "z");
    EXPECT_EQ(reply.header("x-fold"), "a b");
}

TEST(Client, calls_a_reply_broken_that_is_cut_short) {
    Answer cut = reply_with(std::string(1000, 'x'));
    cut.cut_after = 500;
    Answer cut_chunked = cut;
    cut_chunked.chunked = true;
    cut_chunked.body.append(1000, 'y');
    cut_chunked.cut_after = 1000;
    Answer silent;
    silent.hang_up = true;
    for (const Answer& answer : {cut, cut_chunked, silent}) {
        LoopbackServer server([&](const Seen&) { return answer; });
        Client client({});
        const Error error = error_of(client, request_to(server));
        EXPECT_EQ(error.kind, Error::Kind::broken) << error.what();
        EXPECT_TRUE(error.sent);
    }
}

TEST(Client, calls_a_reply_broken_that_is_no_http) {
    for (const std::string bytes :
         {"garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nX: y\r\n", "HTTP/1.1 abc\r\n\r\n", "\r\n\r\n",
          "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: nine\r\n\r\nx",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhi\r\n0\r\n\r\n"}) {
        const Error error = error_of_raw(bytes);
        EXPECT_EQ(error.kind, Error::Kind::broken) << bytes << ": " << error.what();
        EXPECT_TRUE(error.sent) << bytes;
    }
}

TEST(Client, never_repeats_the_servers_words_in_its_error) {
    EXPECT_EQ(std::string(error_of_raw("Jane Roe\r\n\r\n").what()).find("Jane"), std::string::npos);
}

TEST(Client, stops_at_the_limit_of_a_reply) {
    LoopbackServer server([](const Seen& seen) {
        Answer answer = reply_with(std::string(seen.target == "/fits" ? 1000 : 1001, 'x'));
        answer.chunked = seen.target == "/chunked";
        return answer;
    });
    Client client({});
    Request request = request_to(server);
    request.limits.reply_bytes = 1000;
    EXPECT_EQ(error_of(client, request).kind, Error::Kind::too_large);
    request.url = server.url() + "/chunked";
    EXPECT_EQ(error_of(client, request).kind, Error::Kind::too_large);
    EXPECT_EQ(error_of(client, request, [](const Reply&, std::string_view) {}).kind, Error::Kind::too_large);
    request.url = server.url() + "/fits";
    EXPECT_EQ(client.exchange(request, {}).body.size(), 1000u);
}

TEST(Client, stops_at_the_limit_of_the_headers) {
    std::string many = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 300; ++i)
        many += "X: " + std::string(1000, 'x') + "\r\n";
    EXPECT_EQ(error_of_raw(many + "\r\n").kind, Error::Kind::too_large);

    std::string interim;
    for (int i = 0; i < 20000; ++i)
        interim += "HTTP/1.1 102 Wait\r\n\r\n";
    EXPECT_EQ(error_of_raw(interim).kind, Error::Kind::too_large);

    EXPECT_EQ(error_of_raw("HTTP/1.1 200 OK\r\nX: " + std::string(300000, 'x') + "\r\n\r\n").kind,
              Error::Kind::too_large);
}

TEST(Client, hands_a_good_reply_to_the_sink_piece_by_piece) {
    const std::string document(3u << 20, 'd');
    LoopbackServer server([&](const Seen&) { return reply_with(document); });
    Client client({});
    std::string got;
    int pieces = 0;
    const Reply reply =
        client.exchange(request_to(server), {}, [&](const Reply& head, std::string_view piece) {
            EXPECT_EQ(head.status, 200);
            EXPECT_TRUE(head.header("content-length"));
            got += piece;
            ++pieces;
        });
    EXPECT_EQ(got, document);
    EXPECT_GT(pieces, 10);
    EXPECT_TRUE(reply.body.empty());
}

TEST(Client, keeps_the_body_of_a_bad_reply_from_the_sink) {
    LoopbackServer server([](const Seen&) {
        Answer answer = reply_with("why");
        answer.status = 500;
        return answer;
    });
    Client client({});
    const Reply reply = client.exchange(request_to(server), {},
                                        [](const Reply&, std::string_view) { FAIL() << "no document"; });
    EXPECT_EQ(reply.status, 500);
    EXPECT_EQ(reply.body, "why");
}

TEST(Client, keeps_no_huge_error_page_where_a_document_was_expected) {
    LoopbackServer server([](const Seen&) {
        Answer answer = reply_with(std::string(3u << 20, 'x'));
        answer.status = 500;
        return answer;
    });
    Client client({});
    Request request = request_to(server);
    request.limits.reply_bytes = 100u << 20;
    EXPECT_EQ(error_of(client, request, [](const Reply&, std::string_view) {}).kind, Error::Kind::too_large);
}

struct Odd {};

TEST(Client, lets_what_the_sink_throws_pass) {
    LoopbackServer server([](const Seen&) { return reply_with("x"); });
    Client client({});
    EXPECT_THROW(client.exchange(request_to(server), {}, [](const Reply&, std::string_view) { throw Odd(); }),
                 Odd);
    EXPECT_EQ(client.exchange(request_to(server), {}).body, "x") << "usable afterwards";
}

TEST(Client, sends_a_body_that_is_made_while_it_is_sent) {
    for (const Method method : {Method::post, Method::put}) {
        LoopbackServer server([](const Seen&) { return reply_with("x"); });
        Client client({});
        Request request = request_to(server, method);
        std::size_t largest = 0;
        std::uint64_t left = 5u << 20;
        request.stream = BodySource{left, [&](char* buffer, std::size_t most) {
                                        const std::size_t count =
                                            std::min<std::size_t>(left, std::min<std::size_t>(most, 999));
                                        std::fill_n(buffer, count, 'b');
                                        left -= count;
                                        largest = std::max(largest, most);
                                        return count;
                                    }};
        client.exchange(request, {});
        EXPECT_EQ(server.diary().at(0).body, std::string(5u << 20, 'b'));
        EXPECT_LE(largest, 1u << 20) << "never the whole at once";
    }
}

TEST(Client, lets_what_the_body_source_throws_pass) {
    LoopbackServer server([](const Seen&) { return reply_with("x"); });
    Client client({});
    Request request = request_to(server, Method::post);
    request.stream = BodySource{10, [](char*, std::size_t) -> std::size_t { throw Odd(); }};
    EXPECT_THROW(client.exchange(request, {}), Odd);
}

TEST(Client, breaks_off_when_the_body_source_ends_early) {
    LoopbackServer server([](const Seen&) { return reply_with("x"); });
    Client client({});
    Request request = request_to(server, Method::post);
    request.stream = BodySource{10, [](char*, std::size_t) -> std::size_t { return 0; }};
    EXPECT_EQ(error_of(client, request).kind, Error::Kind::broken);
    EXPECT_TRUE(server.diary().empty());
}

/// Answers the first request of a connection and hangs up, without a byte, on the second.
Answer dies_when_reused(const Seen& seen) {
    Answer answer = reply_with("x");
    answer.hang_up = seen.target == "/second";
    return answer;
}

class PostOnce : public testing::TestWithParam<std::size_t> {};

TEST_P(PostOnce, even_when_its_warm_connection_dies) {
    LoopbackServer server(dies_when_reused);
    Client client({});
    client.exchange(request_to(server), {});
    Request request = request_to(server, Method::post, std::string(GetParam(), 'f'));
    request.url = server.url() + "/second";
    const Error error = error_of(client, request);
    EXPECT_EQ(error.kind, Error::Kind::broken) << error.what();
    EXPECT_TRUE(error.sent);

    client.exchange(request_to(server), {}); // whatever libcurl had in mind has come by now
    const auto diary = server.diary();
    ASSERT_EQ(diary.size(), 3u);
    EXPECT_EQ(diary[1].target, "/second");
    EXPECT_EQ(diary[1].body, request.body);
    EXPECT_EQ(diary[1].connection, 0) << "the connection was reused, as the trap needs";
    EXPECT_EQ(diary[2].target, "/x");
}

INSTANTIATE_TEST_SUITE_P(Client, PostOnce, testing::Values(0, 3, 300000));

TEST(Client, sends_a_streamed_post_once_even_when_its_warm_connection_dies) {
    LoopbackServer server(dies_when_reused);
    Client client({});
    client.exchange(request_to(server), {});
    Request request = request_to(server, Method::post);
    request.url = server.url() + "/second";
    request.stream = BodySource{3, [](char* buffer, std::size_t) {
                                    std::copy_n("fax", 3, buffer);
                                    return std::size_t{3};
                                }};
    EXPECT_TRUE(error_of(client, request).sent);
    client.exchange(request_to(server), {});
    EXPECT_EQ(server.diary().size(), 3u);
}

TEST(Client, lets_idempotent_requests_be_repeated_on_a_new_connection) {
    for (const Method method : {Method::get, Method::put}) {
        LoopbackServer server([died = false](const Seen& seen) mutable {
            Answer answer = reply_with(seen.body);
            answer.hang_up = seen.target == "/second" && !std::exchange(died, true);
            return answer;
        });
        Client client({});
        client.exchange(request_to(server), {});
        Request request = request_to(server, method, "again");
        request.url = server.url() + "/second";
        EXPECT_EQ(client.exchange(request, {}).body, method == Method::put ? "again" : "");
    }
}

TEST(Client, tells_a_refused_connection_from_a_lost_one) {
    std::string url;
    {
        LoopbackServer gone([](const Seen&) { return Answer{}; });
        url = gone.url();
    }
    Client client({});
    Request request;
    request.url = url;
    const Error error = error_of(client, request);
    EXPECT_EQ(error.kind, Error::Kind::connect);
    EXPECT_FALSE(error.sent);
}

/// A socket on loopback that listens and never accepts, with its queue filled: connecting to it stalls.
class FullHouse {
  public:
    FullHouse() {
        listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address_;
        ::bind(listener_, plain(), size);
        ::listen(listener_, 0);
        ::getsockname(listener_, plain(), &size);
        for (int& guest : guests_) {
            guest = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
            ::connect(guest, plain(), size);
        }
    }
    ~FullHouse() {
        for (const int guest : guests_)
            ::close(guest);
        ::close(listener_);
    }
    FullHouse(const FullHouse&) = delete;
    FullHouse& operator=(const FullHouse&) = delete;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(ntohs(address_.sin_port)); }

  private:
    sockaddr* plain() { return reinterpret_cast<sockaddr*>(&address_); }

    int listener_ = -1;
    int guests_[3] = {};
    sockaddr_in address_{};
};

TEST(Client, gives_up_connecting_in_time) {
    const FullHouse house;
    Client client({.ca_file = {}, .proxy = {}, .connect = 50ms});
    Request request;
    request.url = house.url();
    const Error error = error_of(client, request);
    EXPECT_EQ(error.kind, Error::Kind::connect) << error.what();
    EXPECT_FALSE(error.sent);
}

TEST(Client, gives_up_when_the_total_limit_is_met) {
    LoopbackServer server([](const Seen&) {
        Answer answer;
        answer.stall = true;
        return answer;
    });
    Client client({});
    Request request = request_to(server);
    request.limits.total = 50ms;
    const Error error = error_of(client, request);
    EXPECT_EQ(error.kind, Error::Kind::timed_out);
    EXPECT_TRUE(error.sent);
}

TEST(Client, gives_up_when_no_byte_comes_for_the_idle_limit) {
    LoopbackServer server([](const Seen&) {
        Answer answer;
        answer.stall = true;
        return answer;
    });
    Client client({});
    Request request = request_to(server, Method::post, "x");
    request.limits.idle = 50ms;
    request.limits.total = 1h;
    const Error error = error_of(client, request);
    EXPECT_EQ(error.kind, Error::Kind::timed_out);
    EXPECT_TRUE(error.sent);
}

TEST(Client, cuts_a_stalled_transfer_as_soon_as_it_is_stopped) {
    LoopbackServer server([](const Seen&) {
        Answer answer;
        answer.stall = true;
        return answer;
    });
    Client client({});
    Request request = request_to(server);
    request.limits.total = request.limits.idle = 1h;
    std::stop_source stop;
    std::chrono::steady_clock::time_point asked;
    std::jthread stopper([&] {
        server.wait_for(1);
        asked = std::chrono::steady_clock::now();
        stop.request_stop();
    });
    EXPECT_THROW(client.exchange(request, stop.get_token()), Stopped);
    stopper.join();
    EXPECT_LT(std::chrono::steady_clock::now() - asked, 1s); // far above what it takes, for busy machines
}

TEST(Client, cuts_a_stalled_connecting_as_soon_as_it_is_stopped) {
    const FullHouse house;
    Client client({.ca_file = {}, .proxy = {}, .connect = 1h});
    Request request;
    request.url = house.url();
    request.limits.total = 1h;
    std::stop_source stop;
    std::jthread stopper([&] { stop.request_stop(); });
    EXPECT_THROW(client.exchange(request, stop.get_token()), Stopped);
}

TEST(Client, sends_nothing_once_it_is_stopped) {
    LoopbackServer server([](const Seen&) { return reply_with("x"); });
    Client client({});
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(client.exchange(request_to(server, Method::post, "x"), stop.get_token()), Stopped);
    EXPECT_EQ(client.exchange(request_to(server), {}).body, "x") << "usable afterwards";
    EXPECT_EQ(server.diary().size(), 1u);
}

TEST(Client, cuts_a_flowing_transfer_when_it_is_stopped) {
    LoopbackServer server([](const Seen&) { return reply_with(std::string(20u << 20, 'x')); });
    Client client({});
    Request request = request_to(server);
    request.limits.reply_bytes = 1u << 30;
    std::stop_source stop;
    int pieces_after = -1;
    EXPECT_THROW(client.exchange(request, stop.get_token(),
                                 [&](const Reply&, std::string_view) {
                                     ++pieces_after;
                                     stop.request_stop();
                                 }),
                 Stopped);
    EXPECT_EQ(pieces_after, 0);
}

TEST(Client, speaks_over_a_unix_socket) {
    const fakes::TempDir folder;
    const std::string path = folder.path() / "s";
    const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(listener, 1), 0);
    std::jthread server([listener] {
        const int socket = ::accept(listener, nullptr, nullptr);
        char request[4096];
        EXPECT_GT(::recv(socket, request, sizeof request, 0), 0);
        const std::string reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
        ::send(socket, reply.data(), reply.size(), MSG_NOSIGNAL);
        ::close(socket);
    });
    Client client({});
    Request request;
    request.url = "http://efaxd/status";
    request.unix_socket = path;
    EXPECT_EQ(client.exchange(request, {}).body, "hi");
    ::close(listener);
}

} // namespace
} // namespace efaxd::http
