// Handing faxes over to an eFax on a real socket: what was certainly not taken, and what may have been.
#include "efax/fake_document.hpp"
#include "efax/scripted_efax.hpp"
#include "json/value.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace efaxd::efax {

using namespace testing;

namespace {

using Kind = Fault::Kind;

Answer taken(int status = 201) {
    return json_answer(R"([{"fax_id":")" + fax_id(1) + R"(","destination_fax_number":"13035550123"}])",
                       status);
}

Answer with_header(Answer answer, const std::string& name, const std::string& value) {
    answer.headers.emplace_back(name, value);
    return answer;
}

struct SendBench : Bench {
    using Bench::Bench;
    explicit SendBench(Answer answer) : Bench([answer](const Seen&) { return answer; }) {}

    std::string submit(std::stop_token stop = {}) {
        return service.submit(submission_of({&document}), std::move(stop));
    }
    std::optional<Fault> submit_fault() {
        return fault_from([this] { submit(); });
    }
    std::size_t posts() const { return efax.requests("/faxes").size(); }

    FakeDocument document{1000};
};

void expect_fault(SendBench& bench, Kind kind, const std::string& reason, const std::string& what) {
    const auto fault = bench.submit_fault();
    ASSERT_TRUE(fault) << what;
    EXPECT_EQ(fault->reason, reason) << what;
    EXPECT_EQ(fault->kind, kind) << what;
    EXPECT_EQ(std::string(fault->what()).find("303"), std::string::npos) << what;
    EXPECT_EQ(bench.posts(), 1u) << what;
}

} // namespace

TEST(Sending, hands_a_fax_over_and_learns_its_id) {
    for (const int status : {200, 201, 202}) {
        SendBench bench(taken(status));
        EXPECT_EQ(bench.submit(), fax_id(1));
        const auto seen = bench.efax.requests("/faxes");
        ASSERT_EQ(seen.size(), 1u);
        EXPECT_EQ(seen[0].method, "POST");
        EXPECT_EQ(seen[0].target, "/faxes");
        EXPECT_EQ(seen[0].header("user-id"), "10000001-20000001");
        EXPECT_EQ(seen[0].header("content-type"), "application/json");
        EXPECT_EQ(seen[0].header("content-length"), std::to_string(seen[0].body.size()));
        EXPECT_EQ(seen[0].header("transaction-id").size(), 36u);
        EXPECT_EQ(json::Document::parse(seen[0].body).root()["documents"].size(), 1u);
    }
}

TEST(Sending, begins_the_body_anew_after_a_refused_token) { // F02
    int posts = 0;
    SendBench bench([&posts](const Seen&) { return ++posts == 1 ? json_answer("{}", 401) : taken(); });
    bench.document = FakeDocument(300'000);
    EXPECT_EQ(bench.submit(), fax_id(1));
    const auto seen = bench.efax.requests("/faxes");
    ASSERT_EQ(seen.size(), 2u);
    EXPECT_EQ(seen[0].body, seen[1].body);
    EXPECT_EQ(seen[1].header("authorization"), "Bearer token-2");
    EXPECT_EQ(bench.efax.token_requests(), 2u);
}

TEST(Sending, gives_up_after_a_second_refused_token) { // F03
    SendBench bench(json_answer("{}", 401));
    const auto fault = bench.submit_fault();
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "efax.unauthorized");
    EXPECT_EQ(fault->kind, Kind::passing);
    EXPECT_EQ(bench.posts(), 2u);
}

TEST(Sending, holds_a_fax_that_efax_refuses) {
    for (const int status : {400, 404, 405, 415, 422}) {
        SendBench bench(json_answer(R"({"errors":[{"user_message":"13035550123"}]})", status));
        expect_fault(bench, Kind::lasting, "efax.submission_refused", std::to_string(status));
    }
    SendBench large(plain_answer(413));
    expect_fault(large, Kind::lasting, "efax.too_large_to_send", "413");
}

TEST(Sending, waits_where_efax_certainly_took_nothing) {
    SendBench forbidden(json_answer("{}", 403));
    expect_fault(forbidden, Kind::passing, "efax.user_refused", "403");
    EXPECT_EQ(forbidden.submit_fault()->retry_after, Duration(15min));

    SendBench busy(with_header(plain_answer(429), "Retry-After", "7"));
    expect_fault(busy, Kind::passing, "efax.paused", "429");
    EXPECT_EQ(busy.service.state().paused, Duration(7s));
    expect_fault(busy, Kind::passing, "efax.paused", "within the pause");
}

TEST(Sending, waits_where_there_is_no_sign_in) {
    SendBench bench([](const Seen&) { return taken(); }, [](int) { return json_answer("{}", 401); });
    const auto fault = bench.submit_fault();
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "efax.sign_in_refused");
    EXPECT_EQ(fault->kind, Kind::passing);
    EXPECT_EQ(bench.posts(), 0u);
}

TEST(Sending, waits_where_there_is_no_server) { // F09
    std::string url;
    {
        const LoopbackServer gone([](const Seen&) { return Answer(); });
        url = gone.url();
    }
    fakes::FakeClock clock;
    EfaxService service(options_for(url), credentials, clock);
    FakeDocument document(10);
    const auto fault = fault_from([&] { service.submit(submission_of({&document}), {}); });
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "efax.unreachable");
    EXPECT_EQ(fault->kind, Kind::passing);
}

TEST(Sending, does_not_know_what_became_of_a_fax_after_an_answer_that_says_nothing) { // F08, F34
    for (const int status : {302, 307, 402, 406, 408, 409, 410, 425, 500, 501, 502, 503, 504, 599}) {
        SendBench bench(plain_answer(status, R"({"message":"13035550123"})"));
        expect_fault(bench, Kind::unknown, "efax.submission_unclear", std::to_string(status));
    }
    for (const std::string body : {"", "Created", "[]", R"({"errors":[{"error_code":"100"}]})",
                                   R"([{"fax_id":"aaaaaaaa-1","destination_fax_number":"14155550100"}])"}) {
        SendBench bench(json_answer(body, 201));
        expect_fault(bench, Kind::unknown, "efax.submission_unclear", body);
    }
}

TEST(Sending, pauses_the_app_id_for_a_503_and_still_does_not_know_what_became_of_the_fax) {
    SendBench bench(with_header(plain_answer(503), "Retry-After", "120"));
    expect_fault(bench, Kind::unknown, "efax.submission_unclear", "503");
    EXPECT_EQ(bench.service.state().paused, Duration(120s));
    EXPECT_EQ(reason_from([&] { bench.list(); }), "efax.paused");
    EXPECT_EQ(bench.posts(), 1u);
}

TEST(Sending, posts_once_where_a_warm_server_reads_it_all_and_hangs_up) { // F34, T1
    Answer hung_up;
    hung_up.hang_up = true;
    for (const std::uint64_t size : {std::uint64_t{1000}, std::uint64_t{3'000'000}}) {
        SendBench bench([&](const Seen& seen) { return seen.method == "POST" ? hung_up : list_of(0, seen); });
        bench.document = FakeDocument(size);
        bench.list();
        const auto fault = bench.submit_fault();
        ASSERT_TRUE(fault);
        EXPECT_EQ(fault->reason, "efax.submission_unanswered");
        EXPECT_EQ(fault->kind, Kind::unknown);
        bench.list(); // whatever libcurl had in mind has come by now
        const auto seen = bench.efax.requests("/faxes");
        ASSERT_EQ(seen.size(), 3u);
        EXPECT_EQ(seen[0].connection, seen[2].connection) << "a warm connection was there";
        EXPECT_NE(seen[1].connection, seen[0].connection) << "and was not used for the fax";
    }
}

TEST(Sending, does_not_know_what_became_of_a_fax_when_the_answer_breaks) { // F09, F11
    Answer hung_up;
    hung_up.hang_up = true;
    Answer cut = taken();
    cut.cut_after = 20;
    Answer endless = cut;
    endless.chunked = true;
    Answer rubbish;
    rubbish.raw = "rubbish\r\n\r\n";
    Answer half;
    half.raw = "HTTP/1.1 201 Cre";
    for (const Answer& answer : {hung_up, cut, endless, rubbish, half}) {
        SendBench bench(answer);
        expect_fault(bench, Kind::unknown, "efax.submission_unanswered", answer.raw);
    }
    SendBench large(json_answer(std::string(5u << 20, ' '), 201));
    expect_fault(large, Kind::unknown, "efax.submission_unclear", "too large");
}

TEST(Sending, does_not_know_what_became_of_a_fax_when_it_is_stopped_on_the_way) {
    Answer stalled;
    stalled.stall = true;
    SendBench bench(stalled);
    std::stop_source stop;
    std::jthread stopper([&] {
        bench.efax.server().wait_for(2);
        stop.request_stop();
    });
    const auto fault = fault_from([&] { bench.submit(stop.get_token()); });
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "efax.stopped");
    EXPECT_EQ(fault->kind, Kind::unknown);
}

TEST(Sending, posts_nothing_once_it_is_stopped) {
    SendBench bench(taken());
    bench.service.sign_in({});
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(bench.submit(stop.get_token()), Stopped);
    EXPECT_EQ(bench.posts(), 0u);
}

TEST(Sending, is_not_on_the_way_while_a_new_token_is_asked_for) {
    std::stop_source stop;
    Answer stalled;
    stalled.stall = true;
    SendBench bench([](const Seen&) { return json_answer("{}", 401); },
                    [&](int number) { return number == 1 ? token_answer(1) : stalled; });
    std::jthread stopper([&] {
        bench.efax.server().wait_for(3);
        stop.request_stop();
    });
    EXPECT_THROW(bench.submit(stop.get_token()), Stopped);
}

TEST(Sending, cuts_the_body_where_the_spool_fails) {
    SendBench bench(taken());
    bench.document = FakeDocument(1'000'000);
    bench.document.fails_at = 500'000;
    const auto fault = bench.submit_fault();
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "spool.unreadable");
    EXPECT_EQ(fault->kind, Kind::passing);
    bench.document.failure = [] { throw GroundFault("disk"); };
    EXPECT_THROW(bench.submit(), GroundFault);
    EXPECT_EQ(bench.posts(), 0u);
    bench.document.fails_at = UINT64_MAX;
    EXPECT_EQ(bench.submit(), fax_id(1));
}

TEST(Sending, sends_nothing_that_is_too_large) {
    SendBench bench(taken());
    ServiceOptions options = options_for(bench.efax.url());
    EXPECT_EQ(options.submission_bytes, 100'000'000u);
    options.submission_bytes = 1000;
    EfaxService service(options, credentials, bench.clock);
    const auto fault = fault_from([&] { service.submit(submission_of({&bench.document}), {}); });
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "efax.too_large_to_send");
    EXPECT_EQ(fault->kind, Kind::lasting);
    EXPECT_TRUE(bench.efax.server().diary().empty());
}

namespace {

/// Gives out a token; of anything else it reads the beginning and goes.
class Fugitive {
  public:
    Fugitive() {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const plain = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_, plain, size) != 0 || ::listen(listener_, 8) != 0 ||
            ::getsockname(listener_, plain, &size) != 0)
            throw std::runtime_error("no socket on loopback");
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        serving_ = std::thread([this] { serve(); });
    }
    ~Fugitive() {
        ::shutdown(listener_, SHUT_RDWR);
        serving_.join();
        ::close(listener_);
    }
    Fugitive(const Fugitive&) = delete;
    Fugitive& operator=(const Fugitive&) = delete;

    const std::string& url() const { return url_; }

  private:
    void serve() {
        for (int socket = 0; (socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
            std::string request(4096, '\0');
            const ssize_t got = ::recv(socket, request.data(), request.size(), 0);
            if (got > 0 && request.starts_with("POST /tokens")) {
                const std::string body = token_answer(1).body;
                const std::string reply =
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n\r\n" + body;
                ::send(socket, reply.data(), reply.size(), MSG_NOSIGNAL);
            }
            ::close(socket);
        }
    }

    int listener_ = -1;
    std::string url_;
    std::thread serving_;
};

} // namespace

TEST(Sending, knows_that_half_a_body_was_not_taken) {
    const Fugitive server;
    fakes::FakeClock clock;
    EfaxService service(options_for(server.url()), credentials, clock);
    FakeDocument document(40'000'000); // more than any socket holds
    const auto fault = fault_from([&] { service.submit(submission_of({&document}), {}); });
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "efax.broken");
    EXPECT_EQ(fault->kind, Kind::passing);
}

// Following

namespace {

const std::string details = R"({"fax_id":")" + fax_id(1) + R"(","direction":"OUTBOUND",
    "transmission_data":{"transmission_status":"COMPLETED",
        "completed_timestamp":"2026-10-03T14:05:00.000+0000","error_code":"SFAX","total_pages_sent":2},
    "attempts":[{"attempt_number":1,"attempt_status":"COMPLETED","duration":52}]})";

/// Answers each path of a fax with the status of its last word.
struct ByPlace {
    std::map<std::string, int> statuses;
    Answer operator()(const Seen& seen) const {
        const auto found = statuses.find(seen.target.substr(seen.target.rfind('/') + 1));
        return json_answer(details, found == statuses.end() ? 404 : found->second);
    }
};

std::string places(const Bench& bench) {
    std::string text;
    for (const Seen& seen : bench.efax.requests("/faxes"))
        text += seen.target.substr(seen.target.rfind('/') + 1) + " ";
    return text;
}

} // namespace

TEST(Sending, asks_how_a_fax_stands) {
    Bench bench(ByPlace{{{"transmission-details", 200}}});
    const SendStatus status = bench.service.status("u", fax_id(1), {});
    EXPECT_EQ(status.state, SendStatus::State::completed);
    EXPECT_EQ(status.pages, 2);
    EXPECT_EQ(places(bench), "transmission-details ");
}

TEST(Sending, asks_in_the_other_places_where_the_first_knows_nothing) {
    Bench singular(ByPlace{{{"transmission-detail", 200}}});
    EXPECT_EQ(singular.service.status("u", fax_id(1), {}).state, SendStatus::State::completed);
    EXPECT_EQ(places(singular), "transmission-details transmission-detail ");
    for (const int no_such_path : {403, 404, 405}) {
        Bench metadata(ByPlace{{{"transmission-detail", no_such_path}, {"metadata", 200}}});
        EXPECT_EQ(metadata.service.status("u", fax_id(1), {}).state, SendStatus::State::completed);
        EXPECT_EQ(places(metadata), "transmission-details transmission-detail metadata ");
    }
}

TEST(Sending, says_when_a_sent_fax_is_not_visible) { // U14
    for (const auto& [details_status, metadata_status] : {std::pair{404, 404}, {404, 403}, {410, 410}}) {
        Bench bench(ByPlace{{{"transmission-details", details_status}, {"metadata", metadata_status}}});
        const auto fault = fault_from([&] { bench.service.status("u", fax_id(1), {}); });
        ASSERT_TRUE(fault);
        EXPECT_EQ(fault->reason, "efax.not_visible");
        EXPECT_EQ(fault->kind, Kind::passing);
    }
    Bench forbidden(ByPlace{{{"transmission-details", 403}}});
    EXPECT_EQ(reason_from([&] { forbidden.service.status("u", fax_id(1), {}); }), "efax.not_visible");
    EXPECT_EQ(forbidden.efax.calls(), 1u);
}

TEST(Sending, waits_where_the_standing_of_a_fax_is_not_told) {
    for (const auto& [status, reason] : {std::pair<int, std::string>{500, "efax.unavailable"},
                                         {400, "efax.bad_request"},
                                         {302, "efax.bad_reply"},
                                         {429, "efax.paused"}}) {
        Bench bench(ByPlace{{{"transmission-details", status}}});
        const auto fault = fault_from([&] { bench.service.status("u", fax_id(1), {}); });
        ASSERT_TRUE(fault) << status;
        EXPECT_EQ(fault->reason, reason);
        EXPECT_EQ(fault->kind, Kind::passing);
    }
}

TEST(Sending, asks_for_no_sent_fax_by_a_hostile_id) { // F29
    Bench bench(ByPlace{});
    EXPECT_EQ(reason_from([&] { bench.service.status("u", "../../tokens", {}); }), "efax.bad_request");
    EXPECT_EQ(reason_from([&] { bench.service.cancel("u", "../../tokens", {}); }), "efax.bad_request");
    EXPECT_TRUE(bench.efax.server().diary().empty());
}

// Cancelling

TEST(Sending, cancels_a_fax) {
    Bench bench([](const Seen&) { return plain_answer(202); });
    EXPECT_EQ(bench.service.cancel("u", fax_id(1), {}), CancelReply::noted);
    const auto seen = bench.efax.requests("/faxes");
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].method, "POST");
    EXPECT_EQ(seen[0].target, "/faxes/" + fax_id(1) + "/cancel");
    EXPECT_EQ(seen[0].body, "");
    EXPECT_EQ(seen[0].header("content-length"), "0");
}

TEST(Sending, tells_apart_what_came_of_cancelling) {
    const auto cancel = [](int status) {
        Bench bench([status](const Seen&) { return json_answer(R"({"message":"x"})", status); });
        return bench.service.cancel("u", fax_id(1), {});
    };
    EXPECT_EQ(cancel(200), CancelReply::noted);
    EXPECT_EQ(cancel(409), CancelReply::too_late);
    EXPECT_EQ(cancel(404), CancelReply::unknown);
    for (const auto& [status, reason] : {std::pair<int, std::string>{500, "efax.unavailable"},
                                         {400, "efax.bad_request"},
                                         {403, "efax.not_visible"},
                                         {302, "efax.bad_reply"},
                                         {429, "efax.paused"}}) {
        const auto fault = fault_from([&, code = status] { cancel(code); });
        ASSERT_TRUE(fault) << status;
        EXPECT_EQ(fault->reason, reason);
        EXPECT_EQ(fault->kind, Kind::passing);
    }
    Bench lying([](const Seen&) { return json_answer(R"({"errors":[{"error_code":"100"}]})"); });
    EXPECT_EQ(reason_from([&] { lying.service.cancel("u", fax_id(1), {}); }), "efax.bad_reply");
}

} // namespace efaxd::efax
