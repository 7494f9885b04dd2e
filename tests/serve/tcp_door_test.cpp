#include "serve/tcp_door.hpp"

#include "serve/fhir_answers.hpp"
#include "serve/open_door.hpp"
#include "serve/raw_client.hpp"
#include "serve/sample_routes.hpp"

#include <boost/asio/post.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

#include <sys/resource.h>

namespace efaxd::serve {
namespace {

constexpr std::size_t mebibyte = 1u << 20;

std::string head(const std::string& target, const std::string& more) {
    return "POST " + target + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
}

std::string refusal(TcpDoorOptions options) {
    Loop loop;
    try {
        const TcpDoor door(loop.executor(), std::move(options), {});
    } catch (const std::system_error& error) {
        return error.what();
    }
    return "opened";
}

TEST(TcpDoor, listens_on_either_kind_of_address) {
    for (const auto& [address, family] : {std::pair("127.0.0.1", AF_INET), std::pair("::1", AF_INET6)}) {
        TcpDoorOptions options;
        options.address = address;
        OpenTcpDoor open({echo("GET", "/livez")}, options);
        EXPECT_TRUE(says(RawClient(open.port, family).get("/livez"), "GET /livez")) << address;
    }
}

TEST(TcpDoor, names_the_address_it_cannot_have) {
    OpenTcpDoor open({});
    TcpDoorOptions options;
    options.port = open.port;
    EXPECT_TRUE(says(refusal(options), "operations door 127.0.0.1:" + std::to_string(open.port)));
    options.address = "::1";
    options.port = 70000;
    EXPECT_TRUE(says(refusal(options), "operations door [::1]:70000: the port is none"));
    options.address = "localhost";
    EXPECT_TRUE(says(refusal(options), "operations door localhost:70000: the address is none"));
}

TEST(TcpDoor, has_no_port_once_closed) {
    OpenTcpDoor open({echo("GET", "/livez")});
    EXPECT_GT(open.port, 0);
    open.door->close();
    open.door->close();
    EXPECT_EQ(open.door->port(), 0);
    std::promise<void> done; // whatever was to be done on the loop
    boost::asio::post(open.loop.executor(), [&] { done.set_value(); });
    done.get_future().get();
    EXPECT_EQ(RawClient(open.port).get("/livez"), "");
}

TEST(TcpDoor, takes_an_encoded_dollar) {
    OpenTcpDoor open({echo("POST", "/fhir/R4/Organization/{id}/$receive-efax")});
    RawClient client(open.port);
    for (const char* dollar : {"$", "%24"})
        EXPECT_TRUE(
            says(client.post(std::string("/fhir/R4/Organization/o-1/") + dollar + "receive-efax"), "id=o-1"));
}

TEST(TcpDoor, hands_over_who_calls_and_of_other_headers_what_the_route_asked_for) {
    std::promise<Question> asked;
    Route route = {"POST", "/send", "", true, [&](const Question& question, const Reply& reply) {
                       asked.set_value(question);
                       reply({});
                   }};
    route.headers = {"prefer"};
    OpenTcpDoor open({route});
    RawClient(open.port).ask(
        head("/send", "Authorization: Bearer secret\r\nCONTENT-TYPE: application/fhir+json; charset=utf-8\r\n"
                      "PREFER: respond-async\r\nX-Other: 1\r\nContent-Length: 2\r\n") +
        "{}");
    const Question question = asked.get_future().get();
    EXPECT_EQ(question.authorization, "Bearer secret");
    EXPECT_EQ(question.content_type, "application/fhir+json; charset=utf-8");
    EXPECT_EQ(question.headers, (std::map<std::string, std::string>{{"prefer", "respond-async"}}));
    EXPECT_EQ(question.body, "{}");
    EXPECT_EQ(question.uid, 0u);
    EXPECT_EQ(question.pid, 0);
}

TEST(TcpDoor, writes_the_headers_of_an_answer_and_no_broken_ones) {
    OpenTcpDoor open({{"GET", "/x", "", false,
                       [](const Question&, const Reply& reply) {
                           reply({202,
                                  "text/plain",
                                  "body",
                                  {{"Content-Location", "/jobs/1"},
                                   {"X-Split", "a\r\nX-Evil: 1"},
                                   {"Content-Length", "9999"},
                                   {"Cache-Control", "max-age=60"}}});
                       }},
                      {"GET", "/none", "", false, [](const Question&, const Reply& reply) {
                           reply({204, "text/plain", "ignored"});
                       }}});
    RawClient client(open.port);
    const std::string answer = client.get("/x");
    EXPECT_TRUE(says(answer, "Content-Location: /jobs/1\r\n")) << answer;
    EXPECT_TRUE(says(answer, "Content-Length: 4\r\n")) << answer;
    EXPECT_TRUE(says(answer, "Cache-Control: max-age=60\r\n")) << answer;
    EXPECT_FALSE(says(answer, "X-Evil")) << answer;
    EXPECT_FALSE(says(answer, "9999")) << answer;
    EXPECT_FALSE(says(answer, "Server:")) << answer;
    const std::string none = client.get("/none");
    EXPECT_TRUE(none.starts_with("HTTP/1.1 204")) << none;
    EXPECT_FALSE(says(none, "Content-Length")) << none;
    EXPECT_TRUE(client.get("/x").starts_with("HTTP/1.1 202"));
}

TEST(TcpDoor, lets_its_owner_form_its_errors) {
    TcpDoorOptions options;
    options.failure = fhir_failure;
    options.answer_patience = std::chrono::milliseconds{20};
    Reply kept;
    OpenTcpDoor open(
        {{"POST", "/slow", "", false, [&](const Question&, Reply reply) { kept = std::move(reply); }},
         {"POST", "/drops", "", false, [](const Question&, const Reply&) {}}},
        options);
    for (const auto& [bytes, status] : std::initializer_list<std::pair<std::string, std::string>>{
             {head("/nothing", ""), "404"},
             {"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n", "405"},
             {head("/%zz", ""), "400"},
             {"nonsense\r\n\r\n", "400"},
             {head("/slow", "Content-Length: 999999999\r\n"), "413"},
             {head("/slow", "Content-Encoding: br\r\nContent-Length: 1\r\n"), "415"},
             {head("/slow", "X-Long: " + std::string(20000, 'a') + "\r\n"), "431"},
             {head("/slow", ""), "504"},
             {head("/drops", ""), "500"}}) {
        const std::string answer = RawClient(open.port).ask(bytes);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + status)) << answer;
        EXPECT_TRUE(says(answer, "Content-Type: application/fhir+json\r\n")) << answer;
        EXPECT_TRUE(says(answer, R"("resourceType":"OperationOutcome")")) << answer;
        EXPECT_EQ(says(answer, R"("id":"not-found")"), status == "404") << answer;
        EXPECT_EQ(says(answer, "Allow: POST\r\n"), status == "405") << answer;
    }
    open.loop.stop();
}

TEST(TcpDoor, answers_pipelined_requests_in_order) {
    OpenTcpDoor open({echo("GET", "/a"), echo("POST", "/b")});
    RawClient client(open.port);
    ASSERT_TRUE(client.say("GET /a?1 HTTP/1.1\r\nHost: x\r\n\r\n" + head("/b", "Content-Length: 3\r\n") +
                           "two" +
                           "HEAD /a HTTP/1.1\r\nHost: x\r\n\r\nGET /a?4 HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_TRUE(says(client.hear(), "?1="));
    EXPECT_TRUE(says(client.hear(), "two"));
    EXPECT_TRUE(client.hear(true).starts_with("HTTP/1.1 200"));
    EXPECT_TRUE(says(client.hear(), "?4="));
}

TEST(TcpDoor, ends_a_connection_whose_body_it_did_not_read) {
    OpenTcpDoor open({echo("POST", "/b")});
    RawClient client(open.port);
    ASSERT_TRUE(client.say(head("/nothing", "Content-Length: 38\r\n") +
                           "POST /b HTTP/1.1\r\nHost: smuggled\r\n\r\n"));
    const std::string all = client.hear_out();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 404")) << all;
    EXPECT_TRUE(says(all, "Connection: close\r\n")) << all;
    EXPECT_FALSE(says(all, "HTTP/1.1 200")) << all;
}

TEST(TcpDoor, tells_a_client_to_go_on_only_if_the_body_is_wanted) {
    OpenTcpDoor open({echo("POST", "/b")});
    RawClient client(open.port);
    const std::string expect = "Expect: 100-Continue\r\n";
    EXPECT_EQ(client.ask(head("/b", expect + "Content-Length: 5\r\n")), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_TRUE(says(client.ask("hello"), "hello"));
    EXPECT_EQ(client.ask(head("/b", expect + "Transfer-Encoding: chunked\r\n")),
              "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_TRUE(says(client.ask("3\r\nwhy\r\n0\r\n\r\n"), "why"));
    EXPECT_TRUE(client.ask(head("/b", expect + "Content-Length: 99999999\r\n")).starts_with("HTTP/1.1 413"));
    EXPECT_TRUE(
        RawClient(open.port).ask(head("/x", expect + "Content-Length: 5\r\n")).starts_with("HTTP/1.1 404"));
}

TEST(TcpDoor, lets_a_client_hear_why_although_it_goes_on_sending) {
    OpenTcpDoor open({echo("POST", "/b")});
    for (int i = 0; i < 20; ++i) {
        RawClient client(open.port);
        const std::size_t size = 20 * mebibyte;
        client.say(head("/b", "Content-Length: " + std::to_string(size) + "\r\n") +
                   std::string(4 * mebibyte, 'x'));
        EXPECT_TRUE(client.hear().starts_with("HTTP/1.1 413")) << i;
    }
}

TEST(TcpDoor, bounds_bodies_route_by_route) {
    TcpDoorOptions options;
    options.body_bytes = 100;
    Route wide = echo("POST", "/wide");
    wide.most_body = 1000;
    Route narrow = echo("POST", "/narrow");
    narrow.most_body = 10;
    OpenTcpDoor open({wide, narrow, echo("POST", "/plain")}, options);
    for (const auto& [path, most] :
         {std::pair("/wide", 1000u), std::pair("/narrow", 10u), std::pair("/plain", 100u)}) {
        EXPECT_TRUE(RawClient(open.port).post(path, std::string(most, 'b')).starts_with("HTTP/1.1 200"))
            << path;
        EXPECT_TRUE(RawClient(open.port).post(path, std::string(most + 1, 'b')).starts_with("HTTP/1.1 413"))
            << path;
    }
}

TEST(TcpDoor, bounds_the_bodies_of_all_connections_together) {
    TcpDoorOptions options;
    options.all_body_bytes = 100;
    std::promise<Reply> asked;
    OpenTcpDoor open({{"POST", "/slow", "", false,
                       [&](const Question&, Reply reply) { asked.set_value(std::move(reply)); }},
                      echo("POST", "/b")},
                     options);
    RawClient first(open.port);
    first.say(head("/slow", "Content-Length: 60\r\n") + std::string(60, 'x'));
    const Reply reply = asked.get_future().get();
    RawClient second(open.port);
    EXPECT_TRUE(second.post("/b", std::string(40, 'x')).starts_with("HTTP/1.1 200"));
    EXPECT_TRUE(second.post("/b", std::string(41, 'x')).starts_with("HTTP/1.1 503"));
    EXPECT_TRUE(second.ended());
    RawClient chunks(open.port);
    EXPECT_TRUE(chunks
                    .ask(head("/b", "Transfer-Encoding: chunked\r\n") + "29\r\n" + std::string(41, 'x') +
                         "\r\n0\r\n\r\n")
                    .starts_with("HTTP/1.1 503"));
    reply({});
    EXPECT_TRUE(first.hear().starts_with("HTTP/1.1 200"));
    EXPECT_TRUE(first.post("/b", std::string(100, 'x')).starts_with("HTTP/1.1 200"));
}

TEST(TcpDoor, takes_nothing_from_the_others_for_a_body_that_was_broken_off) {
    TcpDoorOptions options;
    options.all_body_bytes = 100;
    options.client_patience = std::chrono::milliseconds{50};
    OpenTcpDoor open({echo("POST", "/b")}, options);
    for (int i = 0; i < 5; ++i) {
        RawClient client(open.port);
        client.say(head("/b", "Content-Length: 90\r\n") + std::string(80, 'x'));
        EXPECT_TRUE(client.ended());
    }
    EXPECT_TRUE(RawClient(open.port).post("/b", std::string(100, 'x')).starts_with("HTTP/1.1 200"));
}

/// Counts what it takes, and tells when it is gone.
struct Counting : BodyTaker {
    struct Tally {
        std::atomic<std::uint64_t> bytes{0};
        std::atomic<std::size_t> largest{0};
        std::atomic<int> made{0};
        std::promise<void> gone;
    };
    explicit Counting(Tally& tally_) : tally(tally_) { ++tally.made; }
    ~Counting() override { tally.gone.set_value(); }
    void take(std::string_view piece) override {
        tally.bytes += piece.size();
        tally.largest = std::max<std::size_t>(tally.largest, piece.size());
    }
    Tally& tally;
};

Route counting_route(Counting::Tally& tally) {
    Route route = {"POST", "/fax", "", false, [&tally](const Question& question, const Reply& reply) {
                       const bool ours = dynamic_cast<Counting*>(question.taken.get()) != nullptr;
                       reply({200, "text/plain",
                              (ours ? "taken " : "lost ") + std::to_string(tally.bytes) + " kept " +
                                  std::to_string(question.body.size())});
                   }};
    route.taker = [&tally] { return std::make_shared<Counting>(tally); };
    route.most_body = 160 * mebibyte;
    return route;
}

/// Bytes of memory at the most, since it was last forgotten.
std::size_t peak_memory(bool forget) {
    if (forget)
        std::ofstream("/proc/self/clear_refs") << 5;
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == "VmHWM:") {
            std::size_t kib = 0;
            status >> kib;
            return kib << 10;
        }
    return 0;
}

TEST(TcpDoor, streams_a_body_of_100_MB_in_bounded_memory) {
    Counting::Tally tally;
    OpenTcpDoor open({counting_route(tally)});
    RawClient client(open.port);
    const std::string piece(mebibyte, 'f');
    const std::size_t before = peak_memory(true);
    ASSERT_GT(before, 0u);
    ASSERT_TRUE(client.say(head("/fax", "Content-Length: " + std::to_string(100 * mebibyte) + "\r\n")));
    for (int i = 0; i < 100; ++i)
        ASSERT_TRUE(client.say(piece));
    EXPECT_TRUE(says(client.hear(), "taken 104857600 kept 0"));
    EXPECT_LT(peak_memory(false), before + 16 * mebibyte);
    EXPECT_LE(tally.largest, 64u << 10);
    tally.gone.get_future().get();
}

TEST(TcpDoor, streams_chunked_bodies_too_and_bounds_them) {
    for (const std::size_t most : {3 * mebibyte, mebibyte}) {
        Counting::Tally tally;
        Route route = counting_route(tally);
        route.most_body = most;
        OpenTcpDoor open({route});
        RawClient client(open.port);
        client.say(head("/fax", "Transfer-Encoding: chunked\r\n"));
        for (int i = 0; i < 3; ++i)
            client.say("100000\r\n" + std::string(mebibyte, 'f') + "\r\n");
        client.say("0\r\n\r\n");
        const std::string answer = client.hear();
        if (most > mebibyte)
            EXPECT_TRUE(says(answer, "taken 3145728 kept 0")) << answer;
        else
            EXPECT_TRUE(answer.starts_with("HTTP/1.1 413")) << answer;
        tally.gone.get_future().get();
    }
}

TEST(TcpDoor, makes_no_taker_for_a_body_that_is_announced_too_large) {
    Counting::Tally tally;
    OpenTcpDoor open({counting_route(tally)});
    EXPECT_TRUE(
        RawClient(open.port).ask(head("/fax", "Content-Length: 999999999\r\n")).starts_with("HTTP/1.1 413"));
    EXPECT_EQ(tally.made, 0);
}

TEST(TcpDoor, gives_a_route_its_taker_even_without_a_body) {
    Counting::Tally tally;
    OpenTcpDoor open({counting_route(tally)});
    EXPECT_TRUE(says(RawClient(open.port).post("/fax"), "taken 0 kept 0"));
    tally.gone.get_future().get();
}

TEST(TcpDoor, drops_the_taker_of_a_body_that_is_broken_off) {
    Counting::Tally tally;
    std::atomic<bool> asked{false};
    Route route = counting_route(tally);
    route.handle = [&](const Question&, const Reply&) { asked = true; };
    OpenTcpDoor open({route});
    {
        RawClient client(open.port);
        client.say(head("/fax", "Content-Length: 1000\r\n") + std::string(999, 'f'));
    }
    tally.gone.get_future().get();
    open.loop.stop();
    EXPECT_FALSE(asked);
}

TEST(TcpDoor, ends_a_taken_body_that_dawdles) {
    Counting::Tally tally;
    TcpDoorOptions options;
    options.client_patience = std::chrono::milliseconds{50};
    OpenTcpDoor open({counting_route(tally)}, options);
    RawClient client(open.port);
    client.say(head("/fax", "Content-Length: 1000\r\n") + std::string(999, 'f'));
    EXPECT_TRUE(client.ended());
    tally.gone.get_future().get();
}

TEST(TcpDoor, answers_for_a_taker_that_fails) {
    struct Failing : BodyTaker {
        void take(std::string_view) override { throw std::runtime_error("secret"); }
    };
    Route fails = {"POST", "/fails", "", false, [](const Question&, const Reply& reply) { reply({}); }};
    fails.taker = [] { return std::make_shared<Failing>(); };
    Route none = fails;
    none.pattern = "/none";
    none.taker = []() -> std::shared_ptr<BodyTaker> { throw std::runtime_error("secret"); };
    OpenTcpDoor open({fails, none, echo("POST", "/b")});
    for (const char* path : {"/fails", "/none"}) {
        const std::string answer = RawClient(open.port).post(path, "body");
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 500")) << answer;
        EXPECT_FALSE(says(answer, "secret")) << answer;
    }
    EXPECT_TRUE(RawClient(open.port).post("/b", "body").starts_with("HTTP/1.1 200"));
}

void allow_files(rlim_t files) {
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = std::max(limit.rlim_cur, files);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0) << "the machine allows too few open files";
}

TEST(TcpDoor, serves_a_thousand_connections_at_once) {
    constexpr std::size_t many = 1000;
    allow_files(many * 2 + 200);
    std::vector<Reply> replies; // of the loop's thread, until `all` is told
    std::promise<void> all;
    OpenTcpDoor open({{"POST", "/slow", "", false,
                       [&](const Question&, Reply reply) {
                           replies.push_back(std::move(reply));
                           if (replies.size() == many)
                               all.set_value();
                       }},
                      echo("GET", "/livez")});
    std::vector<std::unique_ptr<RawClient>> clients;
    for (std::size_t i = 0; i < many; ++i) {
        clients.push_back(std::make_unique<RawClient>(open.port));
        ASSERT_TRUE(clients.back()->say(head("/slow", "Content-Length: 2\r\n") + "{}")) << i;
    }
    all.get_future().get();
    EXPECT_TRUE(RawClient(open.port).get("/livez").starts_with("HTTP/1.1 200"));
    for (const Reply& reply : replies)
        reply({200, "text/plain", "at last"});
    for (const auto& client : clients)
        ASSERT_TRUE(says(client->hear(), "at last"));
    for (const auto& client : clients)
        ASSERT_TRUE(client->get("/livez").starts_with("HTTP/1.1 200"));
}

TEST(TcpDoor, closes_while_a_hundred_replies_are_late) {
    std::vector<Reply> replies;
    std::promise<void> all;
    OpenTcpDoor open({{"POST", "/slow", "", false, [&](const Question&, Reply reply) {
                           replies.push_back(std::move(reply));
                           if (replies.size() == 100)
                               all.set_value();
                       }}});
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 100; ++i) {
        clients.push_back(std::make_unique<RawClient>(open.port));
        clients.back()->say(head("/slow", ""));
    }
    all.get_future().get();
    std::thread late([&] {
        for (const Reply& reply : replies)
            reply({200, "text/plain", "late"});
    });
    open.door->close();
    late.join();
    for (const auto& client : clients) {
        client->hear();
        EXPECT_TRUE(client->ended());
    }
}

} // namespace
} // namespace efaxd::serve
