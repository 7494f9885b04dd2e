#include "efax/efax_service.hpp"

#include "efax/scripted_efax.hpp"
#include "efaxd/log.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <latch>
#include <stdexcept>
#include <thread>

namespace efaxd::efax {

using namespace testing;

namespace {

ScriptedEfax::Script list_with(int faxes) {
    return [faxes](const Seen& seen) { return list_of(faxes, seen); };
}

Answer refused() { return json_answer(R"({"error":"UNAUTHORIZED"})", 401); }

/// Runs the act on many threads at once.
template <class Act>
void on_threads(int threads, Act act) {
    std::latch start(threads);
    std::vector<std::jthread> crowd;
    for (int number = 0; number < threads; ++number)
        crowd.emplace_back([&] {
            start.arrive_and_wait();
            act();
        });
}

std::size_t count(const std::string& text, const std::string& word) {
    std::size_t found = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
        ++found;
    return found;
}

} // namespace

TEST(SignIn, asks_for_one_token_for_many_callers) {
    Bench bench(list_with(1));
    on_threads(16, [&] { bench.list(); });
    EXPECT_EQ(bench.efax.calls(), 16u);
    EXPECT_EQ(bench.efax.token_requests(), 1u);
}

TEST(SignIn, asks_for_one_new_token_when_many_callers_meet_a_refused_one) { // F02
    std::atomic<bool> rival = false;
    Bench bench([&](const Seen& seen) {
        return rival && seen.header("authorization") == "Bearer token-1" ? refused() : list_of(1, seen);
    });
    bench.list();
    rival = true;
    on_threads(16, [&] { EXPECT_EQ(bench.list().faxes.size(), 1u); });
    EXPECT_EQ(bench.efax.token_requests(), 2u);
}

TEST(SignIn, happens_once_when_asked_for_twice) {
    Bench bench(list_with(0));
    bench.service.sign_in({});
    bench.service.sign_in({});
    bench.list();
    EXPECT_EQ(bench.efax.token_requests(), 1u);
}

TEST(SignIn, renews_the_token_five_minutes_before_it_ends) { // F01
    Bench bench(list_with(0));
    bench.list();
    bench.clock.advance(86399s - 301s);
    bench.list();
    EXPECT_EQ(bench.efax.token_requests(), 1u);
    bench.clock.advance(2s);
    bench.list();
    EXPECT_EQ(bench.efax.token_requests(), 2u);
}

TEST(SignIn, happens_again_in_the_middle_of_a_listing_that_loses_nothing) { // F01, F02
    bool refuse = true;
    Bench bench([&refuse](const Seen& seen) {
        if (offset_of(seen) == 100 && std::exchange(refuse, false))
            return refused();
        return list_of(250, seen);
    });
    EXPECT_EQ(bench.list().faxes.size(), 250u);
    EXPECT_EQ(bench.efax.token_requests(), 2u);
    const auto calls = bench.efax.requests("/faxes");
    ASSERT_EQ(calls.size(), 4u);
    EXPECT_EQ(offset_of(calls[1]), 100);
    EXPECT_EQ(offset_of(calls[2]), 100);
    EXPECT_EQ(calls[2].header("authorization"), "Bearer token-2");
    EXPECT_NE(calls[1].header("transaction-id"), calls[2].header("transaction-id"));
}

TEST(SignIn, stops_after_the_second_refusal_of_a_call) { // F03
    Bench bench([](const Seen&) { return refused(); });
    const auto fault = fault_from([&] { bench.list(); });
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "efax.unauthorized");
    EXPECT_EQ(fault->kind, Fault::Kind::passing);
    EXPECT_EQ(bench.efax.calls(), 2u);
    EXPECT_EQ(bench.efax.token_requests(), 2u);
}

TEST(SignIn, keeps_away_when_another_program_takes_the_tokens) { // F02, F03
    log::configure(log::Level::debug, log::Format::json);
    ::testing::internal::CaptureStderr();
    bool rival = true;
    Bench bench([&rival](const Seen& seen) { return rival ? refused() : list_of(1, seen); });
    EXPECT_EQ(reason_from([&] { bench.list(); }), "efax.unauthorized");
    const auto fault = fault_from([&] { bench.list(); });
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "efax.rival");
    EXPECT_EQ(fault->kind, Fault::Kind::passing);
    EXPECT_EQ(fault->retry_after, Duration(5min));
    EXPECT_TRUE(bench.service.state().rival);
    EXPECT_EQ(bench.efax.token_requests(), 4u);

    bench.clock.advance(4min);
    const auto later = fault_from([&] { bench.fetch(); });
    ASSERT_TRUE(later);
    EXPECT_EQ(later->reason, "efax.rival");
    EXPECT_EQ(later->retry_after, Duration(1min));
    EXPECT_EQ(reason_from([&] { bench.service.sign_in({}); }), "efax.rival");
    EXPECT_EQ(bench.efax.token_requests(), 4u);
    EXPECT_EQ(bench.efax.calls(), 4u);

    bench.clock.advance(1min);
    EXPECT_EQ(reason_from([&] { bench.list(); }), "efax.rival");
    EXPECT_EQ(bench.efax.token_requests(), 5u);

    rival = false;
    bench.clock.advance(5min);
    EXPECT_EQ(bench.list().faxes.size(), 1u);
    bench.clock.advance(10min);
    EXPECT_EQ(bench.list().faxes.size(), 1u);
    EXPECT_FALSE(bench.service.state().rival);
    const std::string lines = ::testing::internal::GetCapturedStderr();
    log::configure(log::Level::error, log::Format::text);
    EXPECT_EQ(count(lines, "efax.rival"), 1u) << lines;
    EXPECT_EQ(count(lines, "efax.signed_in"), bench.efax.token_requests()) << lines;
    EXPECT_EQ(lines.find("token-"), std::string::npos);
}

TEST(SignIn, does_not_repeat_a_refused_one_for_half_a_minute) {
    for (const int status : {400, 401, 403}) {
        Bench bench(list_with(0), [status](int number) {
            return number == 1 ? json_answer(R"({"error":"invalid_client"})", status) : token_answer(number);
        });
        on_threads(8, [&] { EXPECT_EQ(reason_from([&] { bench.list(); }), "efax.sign_in_refused"); });
        EXPECT_EQ(bench.efax.token_requests(), 1u);
        bench.clock.advance(29s);
        const auto fault = fault_from([&] { bench.list(); });
        ASSERT_TRUE(fault);
        EXPECT_EQ(fault->reason, "efax.sign_in_refused");
        EXPECT_EQ(fault->kind, Fault::Kind::passing);
        EXPECT_EQ(bench.efax.token_requests(), 1u);
        bench.clock.advance(1s);
        EXPECT_NO_THROW(bench.list());
        EXPECT_EQ(bench.efax.token_requests(), 2u);
    }
}

TEST(SignIn, that_a_person_asks_for_is_tried_within_the_rest_as_well) {
    Bench bench(list_with(0), [](int number) {
        return number == 1 ? json_answer(R"({"error":"invalid_client"})", 401) : token_answer(number);
    });
    EXPECT_EQ(reason_from([&] { bench.list(); }), "efax.sign_in_refused");
    EXPECT_NO_THROW(bench.service.sign_in({}));
    EXPECT_EQ(bench.efax.token_requests(), 2u);
}

TEST(SignIn, reads_the_credentials_anew_each_time) {
    ScriptedEfax efax(list_with(0));
    fakes::FakeClock clock;
    int read = 0;
    EfaxService service(
        options_for(efax.url()),
        [&read] {
            return Credentials{"app", "key-" + std::to_string(++read)};
        },
        clock);
    service.sign_in({});
    clock.advance(24h);
    service.sign_in({});
    const auto asked = efax.requests("/tokens");
    ASSERT_EQ(asked.size(), 2u);
    EXPECT_NE(asked[0].header("authorization"), asked[1].header("authorization"));
    EXPECT_EQ(read, 2);
}

TEST(SignIn, lets_no_exception_of_an_unreadable_secret_through_and_words_only_of_a_fault) {
    const std::vector<std::function<Credentials()>> readers = {
        []() -> Credentials { throw std::runtime_error("/etc/efaxd/secret can be read by others"); },
        []() -> Credentials { throw Fault(Fault::Kind::lasting, "config.secret", "run chmod 0400"); },
        []() -> Credentials { throw 7; }};
    for (const auto& reader : readers) {
        ScriptedEfax efax(list_with(0));
        fakes::FakeClock clock;
        bool readable = false;
        int read = 0;
        EfaxService service(
            options_for(efax.url()),
            [&] {
                ++read;
                return readable ? credentials() : reader();
            },
            clock);
        const auto fault = fault_from([&] { service.check_user("user-1", {}); });
        ASSERT_TRUE(fault);
        EXPECT_EQ(fault->reason, "efax.secret_unreadable");
        EXPECT_EQ(fault->kind, Fault::Kind::passing);
        EXPECT_EQ(std::string(fault->what()).find("/etc"), std::string::npos);
        EXPECT_FALSE(fault->detail.empty());
        EXPECT_EQ(fault->retry_after, Duration(30s));

        readable = true;
        clock.advance(29s);
        EXPECT_EQ(reason_from([&] { service.check_user("user-1", {}); }), "efax.secret_unreadable");
        EXPECT_EQ(read, 1);
        clock.advance(1s);
        EXPECT_NO_THROW(service.check_user("user-1", {}));
        EXPECT_EQ(efax.token_requests(), 1u);
    }
}

TEST(SignIn, sends_no_app_id_with_a_colon_as_half_an_app_id) {
    ScriptedEfax efax(list_with(0));
    fakes::FakeClock clock;
    EfaxService service(
        options_for(efax.url()),
        [] {
            return Credentials{"sim:app", "key"};
        },
        clock);
    for (int time = 0; time < 2; ++time) {
        const auto fault = fault_from([&] { service.check_user("user-1", {}); });
        ASSERT_TRUE(fault);
        EXPECT_EQ(fault->reason, "efax.bad_app_id");
        EXPECT_EQ(fault->kind, Fault::Kind::passing);
        EXPECT_EQ(fault->detail.find("sim"), std::string::npos);
        EXPECT_EQ(fault->retry_after, Duration(30s - time * 10s));
        clock.advance(10s);
    }
    EXPECT_EQ(efax.token_requests(), 0u);
}

TEST(SignIn, is_not_asked_for_again_and_again_while_it_fails_in_any_way) { // F04
    Answer hung_up;
    hung_up.hang_up = true;
    const std::vector<std::pair<Answer, std::string>> cases = {{plain_answer(500), "efax.unavailable"},
                                                               {plain_answer(503), "efax.unavailable"},
                                                               {plain_answer(404), "efax.bad_reply"},
                                                               {json_answer("{"), "efax.bad_reply"},
                                                               {hung_up, "efax.broken"}};
    for (const auto& [answer, reason] : cases) {
        Bench bench(list_with(1),
                    [answer = answer](int number) { return number == 1 ? answer : token_answer(number); });
        on_threads(8, [&, &reason = reason] { EXPECT_EQ(reason_from([&] { bench.list(); }), reason); });
        EXPECT_EQ(bench.efax.token_requests(), 1u) << reason;
        const auto fault = fault_from([&] { bench.fetch(); });
        ASSERT_TRUE(fault) << reason;
        EXPECT_EQ(fault->reason, reason);
        ASSERT_TRUE(fault->retry_after) << reason;
        EXPECT_GE(*fault->retry_after, Duration(5s));
        EXPECT_LE(*fault->retry_after, Duration(10s));
        bench.clock.advance(*fault->retry_after - 1ms);
        EXPECT_EQ(reason_from([&] { bench.list(); }), reason);
        EXPECT_EQ(bench.efax.token_requests(), 1u) << reason;
        bench.clock.advance(1ms);
        EXPECT_EQ(bench.list().faxes.size(), 1u) << reason;
        EXPECT_EQ(bench.efax.token_requests(), 2u) << reason;
    }
}

TEST(SignIn, rests_longer_after_each_failure_and_as_at_first_after_a_success) {
    bool down = true;
    Bench bench(list_with(0),
                [&down](int number) { return down ? plain_answer(500) : token_answer(number); });
    std::size_t asked = 0;
    for (const Duration most : {10s, 20s, 40s, 80s, 160s, 320s, 640s, 900s, 900s}) {
        const auto fault = fault_from([&] { bench.service.sign_in({}); });
        ASSERT_TRUE(fault && fault->retry_after);
        EXPECT_GE(*fault->retry_after, most / 2);
        EXPECT_LE(*fault->retry_after, most);
        EXPECT_EQ(bench.efax.token_requests(), ++asked);
        bench.clock.advance(most);
    }
    down = false;
    bench.service.sign_in({});
    down = true;
    bench.clock.advance(24h);
    const auto fault = fault_from([&] { bench.service.sign_in({}); });
    ASSERT_TRUE(fault && fault->retry_after);
    EXPECT_LE(*fault->retry_after, Duration(10s));
}

TEST(SignIn, does_not_rest_after_a_stop) {
    Answer stalled;
    stalled.stall = true;
    Bench bench(list_with(0), [stalled](int number) { return number == 1 ? stalled : token_answer(number); });
    std::stop_source stop;
    std::jthread stopper([&] {
        bench.efax.server().wait_for(1);
        stop.request_stop();
    });
    EXPECT_THROW(bench.service.sign_in(stop.get_token()), Stopped);
    EXPECT_NO_THROW(bench.service.sign_in({}));
}

TEST(SignIn, survives_a_server_that_answers_badly) { // F04
    Answer busy = plain_answer(429, "Too Many Requests.");
    busy.headers.emplace_back("Retry-After", "30");
    const std::vector<std::pair<Answer, std::string>> cases = {
        {plain_answer(500, "<html>"), "efax.unavailable"},
        {busy, "efax.paused"},
        {json_answer("{"), "efax.bad_reply"},
        {json_answer(R"({"access_token":""})"), "efax.bad_reply"},
        {json_answer(R"({"errors":[{"error_code":"100"}]})"), "efax.bad_reply"},
        {plain_answer(404), "efax.bad_reply"},
        {plain_answer(302), "efax.bad_reply"},
        {json_answer(std::string(70'000, ' ')), "efax.too_large_reply"}};
    for (const auto& [answer, reason] : cases) {
        Bench bench(list_with(1),
                    [answer = answer](int number) { return number == 1 ? answer : token_answer(number); });
        const auto fault = fault_from([&] { bench.list(); });
        ASSERT_TRUE(fault) << reason;
        EXPECT_EQ(fault->reason, reason);
        EXPECT_EQ(fault->kind, Fault::Kind::passing);
        EXPECT_EQ(bench.efax.calls(), 0u);
        bench.clock.advance(30s);
        EXPECT_EQ(bench.list().faxes.size(), 1u) << reason;
    }
}

TEST(SignIn, does_not_repeat_itself_on_a_broken_connection) {
    Answer hung_up;
    hung_up.hang_up = true;
    Bench bench(list_with(0), [hung_up](int) { return hung_up; });
    EXPECT_EQ(reason_from([&] { bench.service.sign_in({}); }), "efax.broken");
    EXPECT_EQ(bench.efax.token_requests(), 1u);
}

TEST(SignIn, of_one_caller_is_not_stopped_for_the_others_by_that_callers_stop) {
    std::atomic<int> asked = 0;
    Answer stalled;
    stalled.stall = true;
    ScriptedEfax efax([](const Seen& seen) { return list_of(1, seen); },
                      [&](int number) {
                          asked = number;
                          return number == 1 ? stalled : token_answer(number);
                      });
    fakes::FakeClock clock;
    EfaxService service(options_for(efax.url()), credentials, clock);
    std::stop_source stop;
    std::jthread impatient([&] { EXPECT_THROW(service.sign_in(stop.get_token()), Stopped); });
    ASSERT_TRUE(efax.server().wait_for(1));
    std::jthread patient([&] { EXPECT_NO_THROW(service.sign_in({})); });
    stop.request_stop();
    patient.join();
    EXPECT_EQ(efax.token_requests(), 2u);
}

} // namespace efaxd::efax
