// Finding a fax again among those sent, on an eFax with habits of its own.
#include "efax/sent_list.hpp"

#include "efax/scripted_efax.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

namespace efaxd::efax {

using namespace testing;

namespace {

const std::string reference = "clinic-abc-0";

std::string sent_item(int number, const std::string& status, const std::string& its_reference,
                      const std::string& completed = "2026-10-03T13:30:00.000+0000") {
    return R"({"fax_id":")" + fax_id(number) + R"(","completed_timestamp":")" + completed +
           R"(","transmission_data":{"transmission_status":")" + status +
           R"("},"client_tracking_data":{"client_reference_id":")" + its_reference + R"("}})";
}

std::string parameter(const Seen& seen, const std::string& name) {
    const auto at = seen.target.find(name + "=");
    if (at == std::string::npos)
        return {};
    const auto from = at + name.size() + 1;
    return seen.target.substr(from, seen.target.find('&', from) - from);
}

std::string status_in(const Seen& seen) { return parameter(seen, "transmission_status"); }
bool by_text(const Seen& seen) { return !parameter(seen, "search_text").empty(); }

/// An eFax with lists of sent faxes.
struct SentEfax {
    std::set<std::string> refused; ///< statuses answered 400; `*`: all lists without one
    std::set<std::string> forms;   ///< of bounds answered 400: `Z`, `%2B0000`
    bool searches = true;          ///< in the references
    bool refuses_search = false;   ///< answers 400 to it
    bool ignores_offset = false;
    std::size_t most_items = 100;                          ///< on a page, whatever is asked for
    std::map<std::string, std::vector<std::string>> lists; ///< by status as asked for; `*`: without

    Answer operator()(const Seen& seen) const {
        const std::string status = status_in(seen);
        const std::string name = status.empty() ? "*" : status;
        const std::string bound = parameter(seen, "min_completed_timestamp");
        if (refused.contains(name) || (refuses_search && by_text(seen)))
            return json_answer("{}", 400);
        for (const std::string& form : forms)
            if (!bound.empty() && bound.ends_with(form))
                return json_answer("{}", 400);
        std::string items;
        const auto found = lists.find(name);
        const auto from = ignores_offset ? 0u : static_cast<std::size_t>(offset_of(seen));
        for (auto at = from; found != lists.end() && at < std::min(from + most_items, found->second.size());
             ++at) {
            const std::string& item = found->second[at];
            if (by_text(seen) && (!searches || item.find(reference) == std::string::npos))
                continue;
            items += (items.empty() ? "" : ",") + item;
        }
        return json_answer(R"({"first_record":1,"last_record":1,"faxes":[)" + items + "]}");
    }
};

struct SentBench : Bench {
    explicit SentBench(SentEfax efax_) : Bench(std::move(efax_)) {}
    explicit SentBench(ScriptedEfax::Script script) : Bench(std::move(script)) {}

    std::optional<SentFax> find(Duration may_be_old = {}) {
        return find(reference, clock.now() - 1min, may_be_old);
    }
    std::optional<SentFax> find(const std::string& wanted, Instant since, Duration may_be_old) {
        return service.find_sent("u", wanted, since, may_be_old, {});
    }
    std::vector<std::string> asked() const {
        std::vector<std::string> targets;
        for (const Seen& seen : efax.requests("/faxes"))
            targets.push_back(seen.target.substr(std::string("/faxes/sent").size()));
        return targets;
    }
};

std::vector<std::string> items(int count, const std::string& completed) {
    std::vector<std::string> list;
    for (int number = 1000; number < 1000 + count; ++number)
        list.push_back(sent_item(number, "COMPLETE", "another", completed));
    return list;
}

} // namespace

TEST(SentList, finds_a_fax_by_its_reference_in_every_status) {
    const std::vector<std::tuple<std::string, std::string, SendStatus::State>> cases = {
        {"NEW", "NEW", SendStatus::State::queued},
        {"IN%20PROGRESS", "IN PROGRESS", SendStatus::State::sending},
        {"PENDING%20RETRY", "PENDING RETRY", SendStatus::State::retrying},
        {"COMPLETE", "COMPLETED", SendStatus::State::completed},
        {"ERROR", "ERROR", SendStatus::State::failed},
        {"CANCELED", "CANCELED", SendStatus::State::cancelled}};
    for (const auto& [asked, told, state] : cases) {
        for (const bool searches : {true, false}) {
            SentEfax efax;
            efax.searches = searches;
            efax.lists[asked] = {sent_item(1, told, "another"), sent_item(2, told, reference + "1"),
                                 sent_item(3, told, reference), sent_item(4, told, "x" + reference)};
            SentBench bench(efax);
            const auto found = bench.find();
            ASSERT_TRUE(found) << asked;
            EXPECT_EQ(found->fax_id, fax_id(3)) << asked;
            EXPECT_EQ(found->status.state, state) << asked;
        }
    }
}

TEST(SentList, asks_by_text_first_and_then_reads_every_list) {
    SentBench bench{SentEfax()};
    EXPECT_FALSE(bench.find());
    const std::string text = "&search_text=clinic-abc-0";
    const std::string bound = "&min_completed_timestamp=2026-10-03T12%3A59%3A00.000Z";
    const std::string by = "?transmission_status=";
    EXPECT_EQ(bench.asked(),
              (std::vector<std::string>{by + "NEW" + text, by + "IN%20PROGRESS" + text,
                                        by + "PENDING%20RETRY" + text, by + "COMPLETE" + text,
                                        by + "ERROR" + text, by + "CANCELED" + text, by + "NEW",
                                        by + "IN%20PROGRESS", by + "PENDING%20RETRY", by + "COMPLETE" + bound,
                                        by + "ERROR" + bound, by + "CANCELED" + bound, ""}));
}

TEST(SentList, reads_tracking_data_in_an_array_and_skips_what_has_none) {
    SentEfax efax;
    efax.lists["NEW"] = {
        R"({"fax_id":"aaaaaaaa-1"})", R"({"fax_id":null,"client_tracking_data":null})", "null",
        R"({"fax_id":"aaaaaaaa-2","client_tracking_data":[]})",
        R"({"fax_id":"AAAAAAAA-3","client_tracking_data":[{"client_reference_id":"clinic-abc-0"}],
                             "transmission_data":[{"transmission_status":"NEW"}]})"};
    SentBench bench(efax);
    const auto found = bench.find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->fax_id, "AAAAAAAA-3");
    EXPECT_EQ(found->status.state, SendStatus::State::queued);
}

TEST(SentList, tries_other_spellings_of_a_status_and_remembers_what_worked) { // U23
    SentEfax efax;
    efax.refused = {"IN%20PROGRESS", "INPROGRESS", "IN_PROGRESS", "PENDING%20RETRY", "COMPLETE", "CANCELED"};
    SentBench bench(efax);
    EXPECT_FALSE(bench.find());
    const std::size_t first = bench.asked().size();
    bench.clock.advance(1s);
    EXPECT_FALSE(bench.find());
    EXPECT_EQ(bench.asked().size() - first, 13u);
    std::set<std::string> words;
    for (const Seen& seen : bench.efax.requests("/faxes"))
        words.insert(status_in(seen));
    EXPECT_TRUE(words.contains("INPROGESS"));
    EXPECT_TRUE(words.contains("PENDINGRETRY"));
    EXPECT_TRUE(words.contains("COMPLETED"));
    EXPECT_TRUE(words.contains("CANCELLED"));
}

TEST(SentList, looks_without_a_status_where_one_is_refused_in_every_spelling) {
    SentEfax efax;
    efax.refused = {"NEW"};
    efax.lists["*"] = {sent_item(3, "NEW", reference)};
    SentBench bench(efax);
    const auto found = bench.find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->fax_id, fax_id(3));
    efax.lists.clear();
    EXPECT_FALSE(SentBench(efax).find());
}

TEST(SentList, looks_without_a_status_where_a_spelling_is_silently_unknown) {
    SentEfax efax;
    efax.lists["*"] = {sent_item(3, "COMPLETED", reference)};
    EXPECT_TRUE(SentBench(efax).find());
    efax.refused = {"*"}; // the status is mandatory: every one of them was read
    EXPECT_FALSE(SentBench(efax).find());
}

TEST(SentList, never_says_nothing_where_a_status_could_not_be_read) {
    SentEfax efax;
    efax.refused = {"NEW", "*"};
    SentBench bench(efax);
    const auto fault = fault_from([&] { bench.find(); });
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, "efax.bad_request");
    EXPECT_EQ(fault->kind, Fault::Kind::passing);
}

TEST(SentList, never_says_nothing_after_a_failure_of_any_list) {
    for (const bool text : {true, false})
        for (const std::string failing :
             {"NEW", "IN%20PROGRESS", "PENDING%20RETRY", "COMPLETE", "ERROR", "CANCELED"})
            for (const auto& [status, body, reason] :
                 {std::tuple<int, std::string, std::string>{500, "{}", "efax.unavailable"},
                  {404, "{}", "efax.bad_reply"},
                  {403, "{}", "efax.user_refused"},
                  {200, "{}", "efax.bad_reply"},
                  {200, R"({"faxes":null})", "efax.bad_reply"},
                  {200, R"({"faxes":[],"errors":[{"error_code":"100"}]})", "efax.bad_reply"},
                  {200, R"({"faxes":[)", "efax.bad_reply"}}) {
                SentBench bench([&, code = status, what = body](const Seen& seen) {
                    const bool fails = status_in(seen) == failing && by_text(seen) == text;
                    return fails ? json_answer(what, code) : json_answer(R"({"faxes":[]})");
                });
                EXPECT_EQ(reason_from([&] { bench.find(); }), reason) << failing << body;
            }
}

TEST(SentList, is_read_to_its_end_on_a_server_that_stumbles_at_two_requests_of_three) {
    SentEfax efax;
    efax.searches = false;
    efax.lists["COMPLETE"] = items(250, "2026-10-03T13:30:00.000+0000");
    efax.lists["COMPLETE"].push_back(sent_item(3, "COMPLETE", reference));
    std::atomic<int> requests = 0;
    SentBench bench([&](const Seen& seen) {
        return ++requests % 3 == 0 ? efax(seen) : json_answer("{}", requests % 3 == 1 ? 502 : 503);
    });
    const auto found = bench.find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->fax_id, fax_id(3));
}

TEST(SentList, asks_three_times_at_most_and_only_once_where_the_server_wants_rest) {
    Answer resting = json_answer("{}", 503);
    resting.headers.emplace_back("Retry-After", "2");
    for (const auto& [answer, times] : {std::pair{json_answer("{}", 500), 3},
                                        {resting, 1},
                                        {json_answer("{}", 429), 1},
                                        {json_answer("{}", 403), 1}}) {
        SentBench bench([what = answer](const Seen&) { return what; });
        EXPECT_TRUE(fault_from([&] { bench.find(); }));
        EXPECT_EQ(bench.asked().size(), static_cast<std::size_t>(times)) << answer.status;
    }
}

TEST(SentList, does_without_a_search_that_is_refused) {
    SentEfax efax;
    efax.refuses_search = true;
    efax.lists["COMPLETE"] = {sent_item(3, "COMPLETE", reference)};
    EXPECT_TRUE(SentBench(efax).find());
    efax.lists.clear();
    EXPECT_FALSE(SentBench(efax).find());
}

TEST(SentList, asks_in_another_form_when_a_bound_is_refused_and_remembers_it) { // U8
    for (const std::set<std::string>& forms :
         {std::set<std::string>{"Z"}, std::set<std::string>{"Z", "%2B0000"}}) {
        SentEfax efax;
        efax.forms = forms;
        efax.searches = false;
        efax.lists["CANCELED"] = {sent_item(3, "CANCELED", reference)};
        SentBench bench(efax);
        EXPECT_TRUE(bench.find());
        const std::size_t first = bench.asked().size();
        EXPECT_EQ(first, 12 + forms.size());
        EXPECT_TRUE(bench.find());
        EXPECT_EQ(bench.asked().size() - first, 12u);
        bench.list(ListPass::window); // a form refused for sent faxes says nothing about received ones
        EXPECT_NE(bench.efax.requests("/faxes/received")[0].target.find("00.000Z"), std::string::npos);
    }
}

TEST(SentList, reads_to_the_last_page) {
    SentEfax efax;
    efax.searches = false;
    efax.lists["COMPLETE"] = items(250, "2026-10-03T13:59:30Z");
    efax.lists["COMPLETE"].push_back(sent_item(3, "COMPLETE", reference));
    const auto found = SentBench(efax).find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->fax_id, fax_id(3));
    efax.lists["COMPLETE"] = items(200, "2026-10-03T13:59:30Z"); // the last page is full
    EXPECT_FALSE(SentBench(efax).find());
}

TEST(SentList, reads_on_where_a_server_gives_fewer_items_than_were_asked_for) {
    for (const std::string status : {"NEW", "COMPLETE"}) {
        SentEfax efax;
        efax.searches = false;
        efax.most_items = 10;
        efax.lists[status] = items(25, "2026-10-03T13:59:30Z");
        efax.lists[status].push_back(sent_item(3, status, reference));
        SentBench bench(efax);
        const auto found = bench.find();
        ASSERT_TRUE(found) << status;
        EXPECT_EQ(found->fax_id, fax_id(3));
        efax.lists[status] = items(25, "2026-10-03T13:59:30Z");
        EXPECT_FALSE(SentBench(efax).find());
    }
}

TEST(SentList, reads_on_behind_a_short_page_without_a_status) {
    SentEfax efax;
    efax.refused = {"NEW"};
    efax.most_items = 10;
    efax.lists["*"] = items(12, "2026-10-03T13:59:30Z");
    efax.lists["*"].push_back(sent_item(3, "NEW", reference));
    EXPECT_TRUE(SentBench(efax).find());
}

TEST(SentList, takes_a_short_page_that_is_repeated_as_the_whole_list) {
    SentEfax efax;
    efax.ignores_offset = true;
    efax.lists["COMPLETE"] = items(7, "2026-10-03T13:59:30Z");
    SentBench bench(efax);
    EXPECT_FALSE(bench.find());
    EXPECT_EQ(bench.asked().size(), 14u);
}

TEST(SentList, reads_no_list_of_short_pages_for_ever) {
    SentEfax efax;
    efax.most_items = 10;
    efax.lists["NEW"] = items(1001, "2026-10-03T13:59:30Z");
    SentBench bench(efax);
    EXPECT_EQ(reason_from([&] { bench.find(); }), "efax.sent_list_cut");
}

TEST(SentList, takes_a_refused_page_behind_the_first_as_the_end) {
    SentBench bench([](const Seen& seen) {
        if (offset_of(seen) > 0)
            return json_answer("{}", 404);
        std::string list;
        for (const std::string& item : items(100, "2026-10-03T13:59:30Z"))
            list += (list.empty() ? "" : ",") + item;
        return json_answer(R"({"faxes":[)" + list + "]}");
    });
    EXPECT_FALSE(bench.find());
}

TEST(SentList, reads_no_list_for_ever) {
    SentEfax efax;
    efax.forms = {"Z", "%2B0000"};
    efax.lists["COMPLETE"] = items(2100, "2026-10-03T13:59:30Z");
    SentBench bench(efax);
    EXPECT_EQ(reason_from([&] { bench.find(); }), "efax.sent_list_cut");
    efax.lists["COMPLETE"] = items(2100, "2026-10-03T11:00:00Z"); // it ends before the time in question
    EXPECT_FALSE(SentBench(efax).find());
}

TEST(SentList, notices_a_server_that_ignores_offsets) { // F20
    SentEfax efax;
    efax.ignores_offset = true;
    efax.lists["ERROR"] = items(100, "2026-10-03T13:59:30Z");
    SentBench bench(efax);
    EXPECT_EQ(reason_from([&] { bench.find(); }), "efax.sent_list_cut");
    EXPECT_LT(bench.asked().size(), 20u);
    efax.lists["ERROR"] = items(100, "2026-10-03T11:00:00Z");
    EXPECT_FALSE(SentBench(efax).find());
}

TEST(SentList, is_searched_by_many_at_once) {
    SentEfax efax;
    efax.refused = {"COMPLETE", "IN%20PROGRESS"};
    efax.forms = {"Z"};
    efax.lists["COMPLETED"] = {sent_item(3, "COMPLETED", reference)};
    efax.searches = false;
    SentBench bench(efax);
    std::vector<std::jthread> crowd;
    for (int number = 0; number < 4; ++number)
        crowd.emplace_back([&] { EXPECT_TRUE(bench.find()); });
}

TEST(SentList, reads_once_for_many_looks_that_may_share_a_reading) {
    SentEfax efax;
    efax.searches = false;
    efax.lists["COMPLETE"] = {sent_item(4, "COMPLETE", "clinic-abc-4")};
    SentBench bench(efax);
    const Instant since = bench.clock.now() - 1min;
    EXPECT_FALSE(bench.find(reference, since, {}));
    const auto requests = bench.asked().size();
    bench.clock.advance(10s);
    EXPECT_FALSE(bench.find("clinic-abc-1", since, 10s));
    const auto found = bench.find("clinic-abc-4", since + 1s, 10s);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->fax_id, fax_id(4));
    EXPECT_EQ(bench.asked().size(), requests);
}

TEST(SentList, reads_again_for_a_look_that_wants_newer_or_older_faxes_or_another_user) {
    SentBench bench{SentEfax()};
    const Instant since = bench.clock.now() - 1min;
    const auto requests_of = [&](const auto& look) {
        const auto before = bench.asked().size();
        look();
        return bench.asked().size() - before;
    };
    const auto whole = requests_of([&] { bench.find(reference, since, {}); });
    bench.clock.advance(10s);
    EXPECT_EQ(requests_of([&] { bench.find(reference, since, 9s); }), whole) << "newer";
    EXPECT_EQ(requests_of([&] { bench.find(reference, since - 1s, 9s); }), whole) << "older";
    EXPECT_EQ(requests_of([&] { bench.service.find_sent("v", reference, since, 1h, {}); }), whole);
    bench.clock.advance(6min);
    EXPECT_EQ(requests_of([&] { bench.find(reference, since, 1h); }), whole) << "kept too long";
    EXPECT_EQ(requests_of([&] { bench.find(reference, since, 1h); }), 0u);
}

TEST(SentList, keeps_no_reading_that_was_not_finished) {
    SentEfax efax;
    std::atomic<bool> fails = true;
    SentBench bench([&](const Seen& seen) {
        return fails && status_in(seen) == "CANCELED" ? json_answer("{}", 403) : efax(seen);
    });
    EXPECT_TRUE(fault_from([&] { bench.find(1h); }));
    fails = false;
    const auto before = bench.asked().size();
    EXPECT_FALSE(bench.find(1h));
    EXPECT_GT(bench.asked().size(), before);
}

TEST(SentList, does_not_lose_a_fax_that_is_listed_without_a_usable_id) {
    SentEfax efax;
    efax.lists["NEW"] = {
        R"({"fax_id":"../x","client_tracking_data":{"client_reference_id":"clinic-abc-0"}})"};
    SentBench bench(efax);
    EXPECT_EQ(reason_from([&] { bench.find(); }), "efax.bad_reply");
}

} // namespace efaxd::efax
