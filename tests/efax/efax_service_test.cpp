#include "efax/efax_service.hpp"

#include "efax/scripted_efax.hpp"
#include "efaxd/core/base64.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace efaxd::efax {

using namespace testing;

namespace {

const std::string document = "%PDF-1.4\nhello\n%%EOF\n";

std::string image_reply(const std::string& bytes, int number = 1) {
    return R"({"fax_id":")" + fax_id(number) + R"(","file_name":"x.pdf","image":")" + base64(bytes) + "\"}";
}

Bench bench_answering(Answer answer) {
    return Bench([answer](const Seen&) { return answer; });
}

const std::string tiff("II*\0tiff", 8);

/// Answers requests for an image by the format they ask for.
struct TwoFormats {
    TwoFormats(int pdf_, int tiff_) : pdf(pdf_), in_tiff(tiff_) {}

    std::string asked() const {
        std::string formats;
        for (const Seen& seen : bench.efax.requests("/faxes"))
            formats += seen.target.substr(seen.target.find('=') + 1) + " ";
        return formats;
    }

    int pdf;
    int in_tiff;
    Bench bench{[this](const Seen& seen) {
        const bool wants_tiff = seen.target.ends_with("=TIFF");
        const int status = wants_tiff ? in_tiff : pdf;
        return json_answer(status == 200 ? R"({"image":")" + base64(wants_tiff ? tiff : document) + "\"}"
                                         : R"({"errors":[{"error_code":"102"}],"image":"AAAA"})",
                           status);
    }};
};

Answer redirect_to(const std::string& url) {
    Answer answer;
    answer.status = 302;
    answer.headers = {{"Location", url}};
    return answer;
}

} // namespace

// Listing

TEST(EfaxService, lists_all_pages_with_one_token) {
    Bench bench([](const Seen& seen) { return list_of(250, seen); });
    EXPECT_EQ(bench.list().faxes.size(), 250u);
    EXPECT_EQ(bench.efax.calls(), 3u);
    EXPECT_EQ(bench.efax.token_requests(), 1u);
    EXPECT_TRUE(bench.service.state().has_token);
    EXPECT_EQ(bench.service.state().tokens_asked, 1);
}

TEST(EfaxService, gives_every_request_a_transaction_id_of_its_own) {
    Bench bench([](const Seen& seen) { return list_of(250, seen); });
    bench.list();
    std::set<std::string> ids;
    for (const Seen& seen : bench.efax.requests("/faxes"))
        ids.insert(seen.header("transaction-id"));
    EXPECT_EQ(ids.size(), 3u);
}

TEST(EfaxService, knows_an_unchanged_list) {
    Bench bench([](const Seen& seen) { return list_of(120, seen); });
    const Listing first = bench.list();
    const Listing second = bench.list(ListPass::unread, first.pages);
    EXPECT_TRUE(second.unchanged);
    EXPECT_EQ(second.pages, first.pages);
}

TEST(EfaxService, takes_404_and_400_behind_the_first_page_as_the_end) {
    for (const int status : {404, 400}) {
        Bench bench([status](const Seen& seen) {
            return offset_of(seen) == 0 ? list_of(100, seen) : json_answer("{}", status);
        });
        EXPECT_EQ(bench.list().faxes.size(), 100u) << status;
    }
}

TEST(EfaxService, takes_no_refusal_of_the_first_page_as_an_empty_list) {
    EXPECT_EQ(reason_from([bench = std::make_shared<Bench>(
                               [](const Seen&) { return json_answer("{}", 404); })] { bench->list(); }),
              "efax.bad_reply");
    Bench bad([](const Seen&) { return json_answer("{}", 400); });
    EXPECT_EQ(reason_from([&] { bad.list(); }), "efax.bad_request");
    EXPECT_EQ(bad.efax.calls(), 1u);
}

TEST(EfaxService, asks_again_in_another_form_when_the_bound_is_refused_and_remembers_it) { // U8
    Bench bench([](const Seen& seen) {
        return seen.target.ends_with("%2B0000") ? list_of(3, seen) : json_answer("{}", 400);
    });
    EXPECT_EQ(bench.list(ListPass::window).faxes.size(), 3u);
    EXPECT_EQ(bench.efax.calls(), 2u);
    EXPECT_EQ(bench.list(ListPass::window).faxes.size(), 3u);
    EXPECT_EQ(bench.efax.calls(), 3u);
}

TEST(EfaxService, cuts_by_time_itself_when_no_form_of_the_bound_is_accepted) { // U8
    Bench bench([](const Seen& seen) {
        if (seen.target.find('?') != std::string::npos)
            return json_answer("{}", 400);
        return json_answer(R"({"faxes":[
            {"fax_id":"aaaaaaaa-1","completed_timestamp":"2026-10-03T13:00:00.000+0000"},
            {"fax_id":"aaaaaaaa-2","completed_timestamp":"2026-09-03T13:00:00.000+0000"},
            {"fax_id":"aaaaaaaa-3"}]})");
    });
    const Listing listing = bench.list(ListPass::window);
    ASSERT_EQ(listing.faxes.size(), 2u);
    EXPECT_EQ(listing.faxes[0].id, "aaaaaaaa-1");
    EXPECT_EQ(listing.faxes[1].id, "aaaaaaaa-3");
    EXPECT_EQ(bench.efax.calls(), 3u);
    bench.list(ListPass::window);
    EXPECT_EQ(bench.efax.calls(), 4u);
    bench.clock.advance(25h);
    bench.list(ListPass::window);
    EXPECT_EQ(bench.efax.calls(), 7u);
}

TEST(EfaxService, looks_further_back_where_our_clock_runs_ahead) {
    const auto bound_asked = [](const char* their_date) {
        Bench bench([their_date](const Seen& seen) {
            Answer answer = list_of(0, seen);
            answer.headers.emplace_back("Date", their_date);
            return answer;
        });
        bench.list(); // the first reply tells the time
        bench.list(ListPass::window);
        return bench.efax.requests("/faxes").back().target;
    };
    const std::string well = bound_asked("Sat, 03 Oct 2026 14:00:00 GMT");
    const std::string slow = bound_asked("Mon, 05 Oct 2026 14:00:00 GMT");
    EXPECT_EQ(slow, well) << "a clock that is slow looks further back anyway";
    const std::string ahead = bound_asked("Wed, 30 Sep 2026 14:00:00 GMT");
    EXPECT_NE(ahead, well);
    EXPECT_LT(ahead, well) << "three days earlier";
}

TEST(EfaxService, sends_no_user_id_that_is_unfit_for_a_header) {
    Bench bench([](const Seen& seen) { return list_of(0, seen); });
    bench.mailbox.user_id = "x\r\nauthorization: y";
    EXPECT_EQ(reason_from([&] { bench.list(); }), "efax.user_refused");
    EXPECT_TRUE(bench.efax.server().diary().empty());
}

TEST(EfaxService, checks_a_user_with_one_harmless_call) {
    Bench bench([](const Seen&) { return json_answer(page(0, 1)); });
    bench.service.check_user("10000001-20000001", {});
    const auto seen = bench.efax.requests("/faxes");
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].header("pagination-limit"), "1");
    Bench broken([](const Seen&) { return json_answer("{}"); });
    EXPECT_EQ(reason_from([&] { broken.service.check_user("10000001-20000001", {}); }), "efax.bad_reply");
}

// Refusals and failures

TEST(EfaxService, refuses_one_user_and_serves_the_others) { // F05
    Bench bench([](const Seen& seen) {
        return seen.header("user-id") == "10000001-20000001" ? list_of(1, seen) : json_answer("{}", 403);
    });
    Mailbox other = bench.mailbox;
    other.user_id = "unassigned";
    const auto fault = fault_from([&] { bench.service.list(other, ListPass::unread, {}, {}, {}); });
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "efax.user_refused");
    EXPECT_EQ(fault->kind, Fault::Kind::passing);
    EXPECT_EQ(fault->retry_after, Duration(15min));
    EXPECT_EQ(bench.list().faxes.size(), 1u);
    EXPECT_EQ(reason_from([&] { bench.service.check_user("unassigned", {}); }), "efax.user_refused");
}

TEST(EfaxService, waits_as_long_as_the_server_wishes_for_the_whole_project) { // F06
    bool busy = true;
    Bench bench([&busy](const Seen& seen) {
        Answer answer = busy ? plain_answer(429, "Too Many Requests.") : list_of(0, seen);
        if (busy)
            answer.headers.emplace_back("Retry-After", "7");
        return answer;
    });
    const auto fault = fault_from([&] { bench.list(); });
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "efax.paused");
    EXPECT_EQ(fault->retry_after, Duration(7s));
    EXPECT_EQ(bench.service.state().paused, Duration(7s));

    busy = false;
    bench.clock.advance(3s);
    const auto still = fault_from([&] { bench.fetch(); });
    ASSERT_TRUE(still);
    EXPECT_EQ(still->reason, "efax.paused");
    EXPECT_EQ(still->retry_after, Duration(4s));
    EXPECT_EQ(bench.efax.calls(), 1u);

    bench.clock.advance(4s);
    EXPECT_TRUE(bench.list().faxes.empty());
}

TEST(EfaxService, clamps_odd_wishes_to_wait) { // F07
    const std::vector<std::pair<std::string, Duration>> wishes = {{"Sat, 03 Oct 2026 14:01:30 GMT", 90s},
                                                                  {"99999", 1h},
                                                                  {"0", 1s},
                                                                  {"Sat, 03 Oct 2020 14:00:00 GMT", 1s}};
    for (const auto& [wish, wait] : wishes) {
        Answer answer = plain_answer(429);
        answer.headers.emplace_back("Retry-After", wish);
        Bench bench([answer](const Seen&) { return answer; });
        const auto fault = fault_from([&] { bench.list(); });
        ASSERT_TRUE(fault) << wish;
        EXPECT_EQ(fault->retry_after, wait) << wish;
    }
}

TEST(EfaxService, backs_off_longer_each_time_when_told_to_wait_without_a_time) { // F07
    int asked = 0;
    Bench bench([&asked](const Seen& seen) {
        if (++asked == 4)
            return list_of(0, seen);
        Answer answer = plain_answer(429, R"({"error_code":"429"})");
        answer.headers.emplace_back("Retry-After", "presently");
        return answer;
    });
    for (const Duration most : {10s, 20s, 40s}) {
        const auto fault = fault_from([&] { bench.list(); });
        ASSERT_TRUE(fault);
        EXPECT_GE(fault->retry_after, most / 2);
        EXPECT_LE(fault->retry_after, most);
        bench.clock.advance(most);
    }
    bench.list();
    const auto fault = fault_from([&] { bench.list(); });
    ASSERT_TRUE(fault);
    EXPECT_LE(fault->retry_after, Duration(10s));
}

TEST(EfaxService, counts_one_pause_for_all_who_were_told_to_wait) { // F07
    Bench bench([](const Seen&) { return plain_answer(429); });
    {
        std::vector<std::jthread> crowd;
        for (int number = 0; number < 8; ++number)
            crowd.emplace_back([&] { EXPECT_EQ(reason_from([&] { bench.list(); }), "efax.paused"); });
    }
    ASSERT_TRUE(bench.service.state().paused);
    EXPECT_LE(bench.service.state().paused, Duration(10s));
    bench.clock.advance(10s);
    const auto fault = fault_from([&] { bench.list(); });
    ASSERT_TRUE(fault);
    EXPECT_LE(fault->retry_after, Duration(20s));
}

TEST(EfaxService, takes_server_failures_of_any_shape_as_passing) { // F08
    for (const int status : {500, 501, 502, 503, 504, 408, 425})
        for (const std::string body :
             {R"({"errors":[{"error_code":"100"}],"transaction_id":"x"})",
              R"({"message":"Endpoint request timed out"})", "<html>Bad</html>", ""}) {
            Bench bench([&](const Seen&) { return plain_answer(status, body); });
            const std::vector<std::pair<std::string, std::function<void()>>> acts = {
                {"efax.unavailable", [&] { bench.list(); }},
                {"efax.image_unavailable", [&] { bench.fetch(); }}};
            for (const auto& [reason, act] : acts) {
                const auto fault = fault_from(act);
                ASSERT_TRUE(fault) << status;
                EXPECT_EQ(fault->reason, reason) << status;
                EXPECT_EQ(fault->kind, Fault::Kind::passing) << status;
                EXPECT_FALSE(fault->retry_after) << status;
                EXPECT_EQ(std::string(fault->what()).find("Bad"), std::string::npos);
            }
        }
}

TEST(EfaxService, leaves_a_server_that_is_down_alone_for_as_long_as_it_wishes) { // F08
    Answer answer = plain_answer(503);
    answer.headers.emplace_back("Retry-After", "120");
    for (const bool at_sign_in : {false, true}) {
        Bench bench([answer](const Seen&) { return answer; },
                    [&](int number) { return at_sign_in ? answer : token_answer(number); });
        for (const Duration left : {120s, 110s}) {
            const auto fault = fault_from([&] { bench.list(); });
            ASSERT_TRUE(fault);
            EXPECT_EQ(fault->reason, "efax.paused");
            EXPECT_EQ(fault->retry_after, left);
            EXPECT_EQ(bench.service.state().paused, left);
            bench.clock.advance(10s);
        }
        EXPECT_EQ(bench.efax.server().diary().size(), at_sign_in ? 1u : 2u);
    }
}

TEST(EfaxService, does_not_pause_for_a_failure_without_a_wish) { // F08
    Answer odd = plain_answer(503);
    odd.headers.emplace_back("Retry-After", "presently");
    for (const Answer& answer : {plain_answer(503), odd}) {
        Bench bench([answer](const Seen&) { return answer; });
        EXPECT_EQ(reason_from([&] { bench.list(); }), "efax.unavailable");
        EXPECT_FALSE(bench.service.state().paused);
    }
    Answer failed = plain_answer(502);
    failed.headers.emplace_back("Retry-After", "120");
    Bench bench([failed](const Seen&) { return failed; });
    const auto fault = fault_from([&] { bench.list(); });
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "efax.unavailable");
    EXPECT_EQ(fault->retry_after, Duration(120s));
    EXPECT_FALSE(bench.service.state().paused);
}

TEST(EfaxService, takes_odd_statuses_as_passing) {
    for (const int status : {301, 402, 405, 418, 204}) {
        Bench bench([status](const Seen&) { return plain_answer(status); });
        EXPECT_EQ(reason_from([&] { bench.list(); }), "efax.bad_reply") << status;
        EXPECT_EQ(reason_from([&] { bench.fetch(); }), "efax.bad_reply") << status;
    }
}

TEST(EfaxService, takes_a_server_that_is_not_there_as_passing) { // F09
    std::string url;
    {
        const LoopbackServer gone([](const Seen&) { return Answer(); });
        url = gone.url();
    }
    fakes::FakeClock clock;
    EfaxService service(options_for(url), credentials, clock);
    EXPECT_EQ(reason_from([&] { service.sign_in({}); }), "efax.unreachable");
}

TEST(EfaxService, takes_broken_connections_as_passing) { // F09, F11
    Answer hung_up;
    hung_up.hang_up = true;
    Answer short_list = json_answer(page(0, 50));
    short_list.cut_after = 100;
    Answer endless = short_list;
    endless.chunked = true;
    Answer rubbish;
    rubbish.raw = "rubbish\r\n\r\n";
    for (const Answer& answer : {hung_up, short_list, endless, rubbish}) {
        Bench bench([answer](const Seen&) { return answer; });
        const auto fault = fault_from([&] { bench.list(); });
        ASSERT_TRUE(fault);
        EXPECT_EQ(fault->reason, "efax.broken");
        EXPECT_EQ(fault->kind, Fault::Kind::passing);
    }
}

TEST(EfaxService, bounds_the_size_of_a_list) { // F29
    Bench bench([](const Seen&) { return json_answer(std::string(5u << 20, ' ')); });
    EXPECT_EQ(reason_from([&] { bench.list(); }), "efax.too_large_reply");
}

TEST(EfaxService, reads_items_with_enormous_members) { // F29
    Bench bench([](const Seen&) {
        return json_answer(R"({"faxes":[{"fax_id":"aaaaaaaa-1","originating_fax_tsid":")" +
                           std::string(1u << 20, 'x') + R"(","resource_url":"http://192.0.2.1/x"}]})");
    });
    EXPECT_EQ(bench.list().faxes.size(), 1u);
}

TEST(EfaxService, follows_no_redirect) { // F29
    const LoopbackServer elsewhere([](const Seen&) { return json_answer(page(0, 1)); });
    Bench bench([&](const Seen&) { return redirect_to(elsewhere.url() + "/faxes/received"); },
                [&](int) { return token_answer(1); });
    EXPECT_EQ(reason_from([&] { bench.list(); }), "efax.bad_reply");
    EXPECT_EQ(reason_from([&] { bench.fetch(); }), "efax.bad_reply");
    EXPECT_EQ(reason_from([&] { bench.service.acknowledge("u", Bench::fax(1), {}); }), "efax.bad_reply");
    EXPECT_TRUE(elsewhere.diary().empty());
}

TEST(EfaxService, asks_for_no_fax_by_a_hostile_id) { // F29
    Bench bench([](const Seen&) { return json_answer("{}"); });
    Fax fax = Bench::fax(1);
    fax.listed_id = "../../tokens";
    const auto nothing = [](std::string_view) {};
    EXPECT_EQ(reason_from([&] { bench.service.fetch("u", fax, nothing, {}); }), "efax.bad_request");
    EXPECT_EQ(reason_from([&] { bench.service.acknowledge("u", fax, {}); }), "efax.bad_request");
    EXPECT_EQ(reason_from([&] { bench.service.remove("u", fax, {}); }), "efax.bad_request");
    EXPECT_TRUE(bench.efax.server().diary().empty());
}

TEST(EfaxService, cuts_a_stalled_call_when_asked_to_stop) { // F10
    Answer stalled;
    stalled.stall = true;
    Bench bench([stalled](const Seen&) { return stalled; });
    std::stop_source stop;
    std::jthread stopper([&] {
        bench.efax.server().wait_for(2);
        stop.request_stop();
    });
    EXPECT_THROW(bench.service.list(bench.mailbox, ListPass::unread, {}, {}, stop.get_token()), Stopped);
}

// Fetching

TEST(EfaxService, fetches_a_document) {
    Bench bench = bench_answering(json_answer(image_reply(document)));
    EXPECT_EQ(bench.fetch(), document);
}

TEST(EfaxService, hands_a_huge_document_on_in_small_pieces) { // F25
    std::string large = document;
    while (large.size() < 8u << 20)
        large += large;
    Bench bench = bench_answering(json_answer(image_reply(large)));
    std::size_t pieces = 0;
    std::size_t largest = 0;
    std::size_t size = 0;
    bench.service.fetch("u", Bench::fax(1),
                        [&](std::string_view piece) {
                            ++pieces;
                            largest = std::max(largest, piece.size());
                            EXPECT_EQ(piece, std::string_view(large).substr(size, piece.size()));
                            size += piece.size();
                        },
                        {});
    EXPECT_EQ(size, large.size());
    EXPECT_GT(pieces, 10u);
    EXPECT_LE(largest, 1u << 20);
}

TEST(EfaxService, leaves_room_for_base64_and_its_line_breaks_around_the_largest_document) { // F12
    const std::string large(6u << 20, 'x');
    std::string broken;
    const std::string image = base64(large);
    for (std::size_t at = 0; at < image.size(); at += 76)
        broken += image.substr(at, 76) + "\\r\\n";
    Bench bench = bench_answering(json_answer(R"({"image":")" + broken + "\"}"));
    ServiceOptions options = options_for(bench.efax.url());
    options.document_bytes = large.size();
    EfaxService service(options, credentials, bench.clock);
    std::size_t size = 0;
    service.fetch("u", Bench::fax(1), [&size](std::string_view piece) { size += piece.size(); }, {});
    EXPECT_EQ(size, large.size());
}

TEST(EfaxService, holds_a_document_that_is_too_large) { // F25
    Bench bench = bench_answering(json_answer(image_reply(document)));
    ServiceOptions options = options_for(bench.efax.url());
    options.document_bytes = document.size() - 1;
    EfaxService service(options, credentials, bench.clock);
    const auto nothing = [](std::string_view) {};
    const auto fault = fault_from([&] { service.fetch("u", Bench::fax(1), nothing, {}); });
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "efax.too_large");
    EXPECT_EQ(fault->kind, Fault::Kind::lasting);

    Bench endless = bench_answering(json_answer(image_reply(document) + std::string(3u << 20, ' ')));
    options.remote.base_url = endless.efax.url();
    EfaxService other(options, credentials, bench.clock);
    EXPECT_EQ(reason_from([&] { other.fetch("u", Bench::fax(1), nothing, {}); }), "efax.too_large");
}

TEST(EfaxService, tells_apart_why_there_is_no_image) {
    const std::vector<std::tuple<int, std::string, Fault::Kind>> cases = {
        {404, "efax.image_missing", Fault::Kind::passing},
        {403, "efax.not_visible", Fault::Kind::passing},
        {413, "efax.too_large", Fault::Kind::lasting},
        {400, "efax.bad_request", Fault::Kind::passing},
        {408, "efax.image_unavailable", Fault::Kind::passing},
        {500, "efax.image_unavailable", Fault::Kind::passing},
        {502, "efax.image_unavailable", Fault::Kind::passing},
        {503, "efax.image_unavailable", Fault::Kind::passing},
        {504, "efax.image_unavailable", Fault::Kind::passing}};
    for (const auto& [status, reason, kind] : cases) {
        Bench bench = bench_answering(json_answer(R"({"errors":[{"error_code":"102"}]})", status));
        const auto fault = fault_from([&] { bench.fetch(); });
        ASSERT_TRUE(fault) << status;
        EXPECT_EQ(fault->reason, reason);
        EXPECT_EQ(fault->kind, kind);
    }
}

TEST(EfaxService, asks_for_a_tiff_where_the_pdf_is_too_large) { // U12
    TwoFormats efax(413, 200);
    EXPECT_EQ(efax.bench.fetch(), tiff);
    EXPECT_EQ(efax.asked(), "PDF TIFF ");
}

TEST(EfaxService, holds_a_document_that_is_too_large_in_both_formats) { // U12
    for (const int status : {413, 400}) {
        TwoFormats efax(413, status);
        const auto fault = fault_from([&] { efax.bench.fetch(); });
        ASSERT_TRUE(fault);
        EXPECT_EQ(fault->reason, "efax.too_large");
        EXPECT_EQ(fault->kind, Fault::Kind::lasting);
        EXPECT_EQ(efax.asked(), "PDF TIFF ");
    }
}

TEST(EfaxService, waits_for_a_tiff_that_may_still_come_where_the_pdf_is_too_large) { // U12
    const std::vector<std::pair<int, std::string>> cases = {
        {500, "efax.image_unavailable"}, {404, "efax.image_missing"}, {403, "efax.not_visible"}};
    for (const auto& [status, reason] : cases) {
        TwoFormats efax(413, status);
        const auto fault = fault_from([&] { efax.bench.fetch(); });
        ASSERT_TRUE(fault) << status;
        EXPECT_EQ(fault->reason, reason);
        EXPECT_EQ(fault->kind, Fault::Kind::passing);
    }
}

TEST(EfaxService, asks_for_a_tiff_once_the_pdf_has_failed_three_times) { // U13
    for (const int status : {404, 408, 500, 502, 503, 504}) {
        TwoFormats efax(status, 200);
        EXPECT_NE(reason_from([&] { efax.bench.fetch(); }), "") << status;
        EXPECT_NE(reason_from([&] { efax.bench.fetch(2); }), "") << status;
        EXPECT_NE(reason_from([&] { efax.bench.fetch(); }), "") << status;
        EXPECT_EQ(efax.asked(), "PDF PDF PDF ") << status;
        EXPECT_EQ(efax.bench.fetch(), tiff) << status;
        EXPECT_EQ(efax.asked(), "PDF PDF PDF PDF TIFF ") << status;
    }
}

TEST(EfaxService, counts_only_failures_in_a_row_before_it_asks_for_a_tiff) { // U13
    TwoFormats efax(500, 500);
    for (int time = 0; time < 2; ++time)
        EXPECT_EQ(reason_from([&] { efax.bench.fetch(); }), "efax.image_unavailable");
    efax.pdf = 200;
    EXPECT_EQ(efax.bench.fetch(), document);
    efax.pdf = 500;
    for (int time = 0; time < 2; ++time)
        EXPECT_EQ(reason_from([&] { efax.bench.fetch(); }), "efax.image_unavailable");
    EXPECT_EQ(efax.asked(), "PDF PDF PDF PDF PDF ");
    for (int time = 0; time < 2; ++time)
        EXPECT_EQ(reason_from([&] { efax.bench.fetch(); }), "efax.image_unavailable");
    EXPECT_EQ(efax.asked(), "PDF PDF PDF PDF PDF PDF TIFF PDF TIFF ");
}

TEST(EfaxService, does_not_ask_for_a_tiff_where_the_pdf_was_not_visible_or_not_sound) { // U13
    for (const int status : {403, 400, 302}) {
        TwoFormats efax(status, 200);
        for (int time = 0; time < 5; ++time)
            EXPECT_NE(reason_from([&] { efax.bench.fetch(); }), "");
        EXPECT_EQ(efax.asked().find("TIFF"), std::string::npos) << status;
    }
}

TEST(EfaxService, lets_eight_trickling_documents_block_no_poll) {
    Answer stalled;
    stalled.stall = true;
    Bench bench([stalled](const Seen& seen) {
        return seen.target.find("/image") == std::string::npos ? list_of(1, seen) : stalled;
    });
    bench.service.sign_in({});
    std::stop_source stop;
    std::vector<std::jthread> crowd;
    for (int number = 1; number <= 8; ++number)
        crowd.emplace_back([&, number] {
            EXPECT_THROW(bench.service.fetch(
                             "u", Bench::fax(number), [](std::string_view) {}, stop.get_token()),
                         Stopped);
        });
    EXPECT_TRUE(bench.efax.server().wait_for(1 + 6));
    EXPECT_EQ(bench.list().faxes.size(), 1u);
    stop.request_stop();
}

TEST(EfaxService, refuses_documents_that_are_not_whole) { // F11, F12, F13
    Answer cut = json_answer(image_reply(document));
    cut.cut_after = 90;
    Answer chunked = cut;
    chunked.chunked = true;
    for (const Answer& answer : {cut, chunked})
        EXPECT_EQ(reason_from([&] { bench_answering(answer).fetch(); }), "efax.broken");
    for (const std::string& body :
         {image_reply(document).substr(0, 90), image_reply(document, 2), image_reply(""),
          std::string(R"({"errors":[{"error_code":"102"}]})"), std::string()})
        EXPECT_EQ(reason_from([&] { bench_answering(json_answer(body)).fetch(); }), "efax.bad_document")
            << body;
}

TEST(EfaxService, fetches_again_after_a_document_was_cut) { // F11
    int asked = 0;
    Bench bench([&asked](const Seen&) {
        Answer answer = json_answer(image_reply(document));
        if (++asked == 1)
            answer.cut_after = 60;
        return answer;
    });
    EXPECT_EQ(reason_from([&] { bench.fetch(); }), "efax.broken");
    EXPECT_EQ(bench.fetch(), document);
}

TEST(EfaxService, lets_the_sinks_own_exceptions_pass) {
    Bench bench = bench_answering(json_answer(image_reply(document)));
    const auto fetch_into = [&](const DocumentSink& sink) {
        bench.service.fetch("u", Bench::fax(1), sink, {});
    };
    EXPECT_THROW(fetch_into([](std::string_view) { throw GroundFault("disk"); }), GroundFault);
    EXPECT_THROW(fetch_into([](std::string_view) { throw Stopped(); }), Stopped);
    EXPECT_EQ(reason_from([&] {
                  fetch_into([](std::string_view) { throw Fault(Fault::Kind::passing, "spool.full"); });
              }),
              "spool.full");
    EXPECT_EQ(bench.fetch(), document);
}

// Acknowledging and removing

TEST(EfaxService, takes_a_fax_that_is_gone_as_acknowledged_and_removed) { // F26, F27
    for (const int status : {200, 204, 404, 410}) {
        Bench bench = bench_answering(plain_answer(status));
        EXPECT_NO_THROW(bench.service.acknowledge("u", Bench::fax(1), {})) << status;
        EXPECT_NO_THROW(bench.service.remove("u", Bench::fax(1), {})) << status;
    }
}

TEST(EfaxService, accepts_plain_words_as_a_success) {
    Bench bench = bench_answering(plain_answer(200, "OK"));
    EXPECT_NO_THROW(bench.service.acknowledge("u", Bench::fax(1), {}));
}

TEST(EfaxService, says_why_a_fax_could_not_be_acknowledged_or_removed) { // F26, F27
    const std::vector<std::pair<int, std::string>> cases = {
        {500, "efax.unavailable"}, {403, "efax.not_visible"}, {400, "efax.bad_request"},
        {405, "efax.bad_reply"},   {413, "efax.bad_reply"},   {429, "efax.paused"}};
    for (const auto& [status, reason] : cases) {
        Bench patched = bench_answering(plain_answer(status));
        const auto fault = fault_from([&] { patched.service.acknowledge("u", Bench::fax(1), {}); });
        ASSERT_TRUE(fault) << status;
        EXPECT_EQ(fault->reason, reason);
        EXPECT_EQ(fault->kind, Fault::Kind::passing);
        Bench deleted = bench_answering(plain_answer(status));
        EXPECT_EQ(reason_from([&] { deleted.service.remove("u", Bench::fax(1), {}); }), reason);
    }
    Bench bench = bench_answering(json_answer(R"({"errors":[{"error_code":"100"}]})"));
    EXPECT_EQ(reason_from([&] { bench.service.acknowledge("u", Bench::fax(1), {}); }), "efax.bad_reply");
    EXPECT_EQ(reason_from([&] { bench.service.remove("u", Bench::fax(1), {}); }), "efax.bad_reply");
}

TEST(EfaxService, reads_the_servers_clock) {
    Answer answer = json_answer(page(0, 0));
    answer.headers.emplace_back("Date", "Sat, 03 Oct 2026 14:10:00 GMT");
    Bench bench = bench_answering(answer);
    bench.list();
    ASSERT_TRUE(bench.service.state().skew);
    EXPECT_EQ(std::chrono::round<std::chrono::minutes>(*bench.service.state().skew), 10min);
}

} // namespace efaxd::efax
