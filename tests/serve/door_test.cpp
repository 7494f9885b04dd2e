#include "serve/open_door.hpp"
#include "serve/raw_client.hpp"
#include "serve/sample_routes.hpp"

#include "http/client.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>
#include <thread>

namespace efaxd::serve {
namespace {

template <class Open>
class EitherDoor : public testing::Test {};
using Doors = testing::Types<OpenDoor, OpenTcpDoor>;
TYPED_TEST_SUITE(EitherDoor, Doors);

TYPED_TEST(EitherDoor, answers_and_keeps_the_connection) {
    TypeParam open({echo("GET", "/status")});
    RawClient client(open.place());
    for (int i = 0; i < 3; ++i) {
        const std::string answer = client.get("/status?n=" + std::to_string(i));
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
        EXPECT_TRUE(says(answer, "GET /status ?n=" + std::to_string(i))) << answer;
    }
}

TEST(Door, answers_our_own_http_client) {
    OpenDoor open({echo("POST", "/mailboxes/{id}/pause", true)});
    http::Client client({});
    http::Request request;
    request.method = http::Method::post;
    request.url = "http://localhost/mailboxes/clinic:Organization:1/pause";
    request.unix_socket = open.socket();
    const http::Reply reply = client.exchange(request, {});
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "POST /mailboxes/clinic:Organization:1/pause id=clinic:Organization:1 ");
}

TYPED_TEST(EitherDoor, hands_on_bodies_plain_and_chunked) {
    TypeParam open({echo("POST", "/poll")});
    RawClient client(open.place());
    EXPECT_TRUE(says(client.post("/poll", "hello"), "hello"));
    EXPECT_TRUE(says(client.ask("POST /poll HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                                "3\r\nwhy\r\n0\r\n\r\n"),
                     "why"));
}

TYPED_TEST(EitherDoor, answers_HEAD_like_GET_without_the_body) {
    TypeParam open({echo("GET", "/status")});
    RawClient client(open.place());
    ASSERT_TRUE(client.say("HEAD /status HTTP/1.1\r\nHost: x\r\n\r\n"));
    const std::string head = client.hear(true);
    EXPECT_TRUE(says(head, "Content-Length: 13\r\n")) << head;
    EXPECT_TRUE(client.get("/status").starts_with("HTTP/1.1 200"));
}

TEST(Door, gives_an_error_for_unknown_paths_methods_and_peers) {
    OpenDoor open({echo("GET", "/status"), echo("POST", "/poll", true)}, {}, false);
    RawClient client(open.socket());
    const std::string unknown = client.get("/nothing");
    EXPECT_TRUE(unknown.starts_with("HTTP/1.1 404")) << unknown;
    EXPECT_TRUE(says(unknown, R"({"error":{"code":"not_found","text":")")) << unknown;
    const std::string method = client.post("/status");
    EXPECT_TRUE(method.starts_with("HTTP/1.1 405")) << method;
    EXPECT_TRUE(says(method, "Allow: GET, HEAD\r\n")) << method;
    const std::string refused = client.post("/poll");
    EXPECT_TRUE(refused.starts_with("HTTP/1.1 403")) << refused;
    EXPECT_TRUE(says(refused, R"("code":"not_allowed")")) << refused;
    EXPECT_TRUE(client.get("/%zz").starts_with("HTTP/1.1 400"));
    EXPECT_TRUE(client.get("/status").starts_with("HTTP/1.1 200"));
}

TEST(Door, knows_the_peer) {
    std::promise<Question> asked;
    OpenDoor open({{"GET", "/status", "", false, [&](const Question& question, const Reply& reply) {
                        asked.set_value(question);
                        reply({});
                    }}});
    RawClient(open.socket()).get("/status");
    const Question question = asked.get_future().get();
    EXPECT_EQ(question.uid, ::getuid());
    EXPECT_EQ(question.gid, ::getgid());
    EXPECT_EQ(question.pid, ::getpid());
}

TYPED_TEST(EitherDoor, bounds_headers_and_bodies) {
    typename TypeParam::Options options;
    options.body_bytes = 64u << 10;
    TypeParam open({echo("POST", "/poll"), echo("GET", "/status")}, options);
    const std::string fits(15u << 10, 'a');
    EXPECT_TRUE(RawClient(open.place())
                    .ask("GET /status HTTP/1.1\r\nHost: x\r\nX-Long: " + fits + "\r\n\r\n")
                    .starts_with("HTTP/1.1 200"));
    for (const std::size_t size : {17u << 10, 200u << 10}) {
        const std::string header(size, 'a');
        RawClient client(open.place());
        client.say("GET /status HTTP/1.1\r\nHost: x\r\nX-Long: " + header + "\r\n\r\n");
        EXPECT_TRUE(client.hear().starts_with("HTTP/1.1 431")) << size;
    }
    EXPECT_TRUE(
        RawClient(open.place()).post("/poll", std::string(64u << 10, 'b')).starts_with("HTTP/1.1 200"));
    RawClient client(open.place());
    client.say("POST /poll HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n");
    EXPECT_TRUE(client.hear().starts_with("HTTP/1.1 413"));
    EXPECT_TRUE(client.ended());
}

TYPED_TEST(EitherDoor, refuses_what_is_no_http) {
    TypeParam open({echo("GET", "/status")});
    for (const char* bad :
         {"hello\r\n\r\n", "GET /status\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
          "GET /status HTTP/1.1\r\nContent-Length: x\r\n\r\n",
          "GET /status HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
        RawClient client(open.place());
        const std::string answer = client.ask(bad);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 400")) << bad << " -> " << answer;
    }
}

TYPED_TEST(EitherDoor, ends_a_connection_that_dawdles) {
    typename TypeParam::Options options;
    options.client_patience = std::chrono::milliseconds{50};
    TypeParam open({echo("GET", "/status")}, options);
    RawClient silent(open.place());
    RawClient half(open.place());
    half.say("GET /status HT"); // may find the connection ended already
    EXPECT_TRUE(silent.ended());
    EXPECT_TRUE(half.ended());
}

TYPED_TEST(EitherDoor, is_not_disturbed_by_silent_clients) {
    TypeParam open({echo("GET", "/status")});
    std::vector<std::unique_ptr<RawClient>> silent;
    for (int i = 0; i < 10; ++i)
        silent.push_back(std::make_unique<RawClient>(open.place()));
    EXPECT_TRUE(RawClient(open.place()).get("/status").starts_with("HTTP/1.1 200"));
}

TYPED_TEST(EitherDoor, makes_room_by_ending_idle_connections) {
    typename TypeParam::Options options;
    options.connections = 3;
    TypeParam open({echo("GET", "/status")}, options);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 12; ++i) {
        clients.push_back(std::make_unique<RawClient>(open.place()));
        ASSERT_TRUE(clients.back()->get("/status").starts_with("HTTP/1.1 200")) << i;
    }
    EXPECT_TRUE(clients.front()->ended());
}

TYPED_TEST(EitherDoor, lets_a_client_wait_outside_until_there_is_room) {
    typename TypeParam::Options options;
    options.connections = 1;
    Kept kept;
    TypeParam open({kept.route(), echo("GET", "/status")}, options);
    RawClient first(open.place());
    ASSERT_TRUE(first.say("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
    const Reply reply = kept.asked.get_future().get();
    RawClient second(open.place());
    ASSERT_TRUE(second.say("GET /status HTTP/1.1\r\nHost: x\r\n\r\n"));
    reply({200, "text/plain", "at last"});
    EXPECT_TRUE(says(first.hear(), "at last"));
    EXPECT_TRUE(second.hear().starts_with("HTTP/1.1 200"));
}

TYPED_TEST(EitherDoor, takes_a_reply_from_another_thread_and_ignores_a_second) {
    Kept kept;
    TypeParam open({kept.route(), echo("GET", "/status")});
    RawClient client(open.place());
    ASSERT_TRUE(client.say("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
    const Reply reply = kept.asked.get_future().get();
    std::thread([&] { reply({200, "text/plain", "first"}); }).join();
    reply({200, "text/plain", "second"});
    EXPECT_TRUE(says(client.hear(), "first"));
    reply({200, "text/plain", "third"});
    EXPECT_TRUE(says(client.get("/status"), "GET /status"));
}

TYPED_TEST(EitherDoor, answers_for_a_handler_that_drops_its_reply_or_throws) {
    TypeParam open({{"GET", "/drops", "", false, [](const Question&, const Reply&) {}},
                    {"GET", "/throws", "", false,
                     [](const Question&, const Reply&) { throw std::runtime_error("secret"); }}});
    RawClient client(open.place());
    EXPECT_TRUE(client.get("/drops").starts_with("HTTP/1.1 500"));
    const std::string answer = client.get("/throws");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 500")) << answer;
    EXPECT_FALSE(says(answer, "secret")) << answer;
}

TYPED_TEST(EitherDoor, answers_for_a_handler_that_takes_too_long_and_ignores_its_late_reply) {
    typename TypeParam::Options options;
    options.answer_patience = std::chrono::milliseconds{20};
    Kept kept;
    TypeParam open({kept.route(), echo("GET", "/status")}, options);
    RawClient client(open.place());
    EXPECT_TRUE(client.get("/slow").starts_with("HTTP/1.1 504"));
    kept.asked.get_future().get()({200, "text/plain", "late"});
    EXPECT_TRUE(says(client.get("/status"), "GET /status"));
}

TYPED_TEST(EitherDoor, does_not_mind_a_client_that_goes_while_its_answer_is_made) {
    Kept kept;
    TypeParam open({kept.route(), echo("GET", "/status")});
    RawClient client(open.place());
    ASSERT_TRUE(client.say("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
    const Reply reply = kept.asked.get_future().get();
    client.hang_up();
    reply({200, "text/plain", std::string(1u << 20, 'x')});
    EXPECT_TRUE(RawClient(open.place()).get("/status").starts_with("HTTP/1.1 200"));
}

TYPED_TEST(EitherDoor, can_close_while_replies_are_pending) {
    Kept kept;
    TypeParam open({kept.route()});
    RawClient client(open.place());
    ASSERT_TRUE(client.say("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
    const Reply reply = kept.asked.get_future().get();
    open.door.reset();
    EXPECT_TRUE(client.ended());
    reply({});
}

TEST(Door, takes_its_socket_file_along) {
    OpenDoor open({echo("GET", "/status")});
    EXPECT_TRUE(std::filesystem::exists(open.socket()));
    open.door->close();
    EXPECT_FALSE(std::filesystem::exists(open.socket()));
}

TYPED_TEST(EitherDoor, lets_a_reply_outlive_the_loop) {
    Reply reply;
    {
        Kept kept;
        TypeParam open({kept.route()});
        RawClient client(open.place());
        ASSERT_TRUE(client.say("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
        reply = kept.asked.get_future().get();
        open.loop.stop();
    }
    EXPECT_NO_THROW(reply({}));
}

TYPED_TEST(EitherDoor, races_of_replies_against_its_end_do_no_harm) {
    for (int round = 0; round < 50; ++round) {
        Kept kept;
        TypeParam open({kept.route()});
        RawClient client(open.place());
        ASSERT_TRUE(client.say("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
        const Reply reply = kept.asked.get_future().get();
        std::thread other([&reply] { reply({200, "text/plain", "now"}); });
        open.door.reset();
        other.join();
        client.hear();
        EXPECT_TRUE(client.ended());
    }
}

} // namespace
} // namespace efaxd::serve
