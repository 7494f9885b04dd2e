#include "ctl/desk.hpp"

#include "json/value.hpp"

#include <gtest/gtest.h>

namespace efaxd::ctl {
namespace {

Told done(const std::string& text) { return {200, R"({"schema":1,"text":")" + text + "\"}"}; }

Told refusal(int status, const std::string& code) {
    return {status, R"({"error":{"code":")" + code + R"(","text":"no"}})"};
}

/// A list that holds nothing but ids.
Told listed(const std::vector<std::string>& ids, bool more = false) {
    std::string body = R"({"schema":1,"transmissions":[)";
    for (const std::string& id : ids)
        body += (body.ends_with('[') ? R"({"id":")" : R"(,{"id":")") + id + "\"}";
    body +=
        more ? R"(],"next":{"after_project":"a","after_communication":"c","after_recipient":"9"}})" : "]}";
    return {200, body};
}

constexpr const char* search = "GET /transmissions?communication=c-1&limit=1000";

TEST(Transmissions, are_asked_for_as_meant) {
    const std::vector<std::pair<Arguments, std::string>> calls = {
        {{"transmissions"}, "GET /transmissions?open=true&limit=200"},
        {{"transmissions", "--open"}, "GET /transmissions?open=true&limit=200"},
        {{"transmissions", "--held"}, "GET /transmissions?held=true&limit=200"},
        {{"transmissions", "--all"}, "GET /transmissions?limit=200"},
        {{"transmissions", "--project", "a&b"}, "GET /transmissions?open=true&project=a%26b&limit=200"},
        {{"transmissions", "--all", "--communication=c-1"}, "GET /transmissions?communication=c-1&limit=200"},
        {{"transmissions", "--all", "--communication", "Communication/c-1"},
         "GET /transmissions?communication=c-1&limit=200"},
    };
    for (const auto& [call, wanted] : calls) {
        Script script;
        script.answers[wanted] = {200, golden("status/transmissions.json")};
        EXPECT_EQ(script.run(call), 0) << wanted << ": " << script.err;
        EXPECT_EQ(script.asked.at(0), wanted);
    }
}

TEST(Transmissions, are_listed_page_by_page) {
    Script script;
    const std::string after = "&after_project=clinic&after_communication=c-1&after_recipient=1";
    script.answers["GET /transmissions?limit=200"] = {200, golden("status/transmissions-page.json")};
    script.answers["GET /transmissions?limit=200" + after] = {200, golden("status/transmissions.json")};
    EXPECT_EQ(script.run({"transmissions", "--all", "--json"}), 0);
    EXPECT_EQ(json::Document::parse(script.out).root()["transmissions"].size(), 5u);
    EXPECT_EQ(script.asked.size(), 2u);
}

TEST(Transmissions, tell_state_next_step_and_reason) {
    Script script;
    script.answers["GET /transmissions?limit=200"] = {200, golden("status/transmissions.json")};
    EXPECT_EQ(script.run({"transmissions", "--all"}), 0);
    EXPECT_EQ(script.out, golden("ctl/transmissions.txt")) << script.out;
}

TEST(Transmissions, keep_whole_ids_on_a_narrow_terminal) {
    Script script;
    script.width = 60;
    script.answers["GET /transmissions?limit=200"] = {200, golden("status/transmissions-page.json")};
    script.answers["GET /transmissions?limit=200&after_project=clinic&after_communication=c-1&"
                   "after_recipient=1"] = listed({});
    EXPECT_EQ(script.run({"transmissions", "--all"}), 0);
    EXPECT_EQ(script.out, golden("ctl/transmissions-narrow.txt")) << script.out;
}

TEST(Transmissions, say_so_when_there_is_none) {
    const std::vector<std::pair<Arguments, std::string>> calls = {
        {{"transmissions"}, "no transmission is under way or held\n"},
        {{"transmissions", "--held"}, "no transmission is held\n"},
        {{"transmissions", "--all"}, "there is no transmission\n"}};
    for (const auto& [call, text] : calls) {
        Script script;
        const Told none{200, golden("status/transmissions-none.json")};
        for (const char* path : {"?limit=200", "?open=true&limit=200", "?held=true&limit=200"})
            script.answers[std::string("GET /transmissions") + path] = none;
        EXPECT_EQ(script.run(call), 0);
        EXPECT_EQ(script.out, text);
    }
}

TEST(Transmission, shows_every_fact_and_the_sentence_of_its_code) {
    Script script;
    script.answers["GET /transmissions/clinic%3Ac-1%3A1"] = {200, golden("status/transmission.json")};
    EXPECT_EQ(script.run({"transmission", "clinic:c-1:1"}), 0);
    EXPECT_EQ(script.out, golden("ctl/transmission.txt")) << script.out;
}

TEST(Transmission, tells_what_to_do_when_it_may_have_gone_out) {
    Script script;
    script.answers["GET /transmissions/clinic%3Ac-1%3A0"] = {
        200, R"({"transmission":{"id":"clinic:c-1:0","stage":"submitting","outcome":"open","held":true}})"};
    EXPECT_EQ(script.run({"transmission", "clinic:c-1:0"}), 0);
    EXPECT_TRUE(says(script.out, "it may have gone out")) << script.out;
    script.answers["GET /transmissions/clinic%3Ac-1%3A0"] = {
        200, R"({"transmission":{"id":"clinic:c-1:0","stage":"accepted","outcome":"open","held":true}})"};
    script.run({"transmission", "clinic:c-1:0"});
    EXPECT_FALSE(says(script.out, "it may have gone out")) << script.out;
    EXPECT_TRUE(says(script.out, "then retry it")) << script.out;
}

TEST(Transmission, is_found_by_its_communication_when_it_is_the_only_one) {
    Script script;
    script.answers[search] = listed({"west:c-1:2"});
    script.answers["POST /transmissions/west%3Ac-1%3A2/cancel"] = done("cancelled");
    for (const char* name : {"c-1", "c-1:2", "c-1:02", "Communication/c-1", "west:c-1:2"}) {
        EXPECT_EQ(script.run({"cancel", name}), 0) << name << ": " << script.err;
        EXPECT_EQ(script.out, "cancelled\n");
    }
}

TEST(Transmission, is_found_by_its_recipient_among_several) {
    Script script;
    script.answers[search] = listed({"west:c-1:1", "west:c-1:11"});
    script.answers["POST /transmissions/west%3Ac-1%3A1/cancel"] = done("cancelled");
    EXPECT_EQ(script.run({"cancel", "c-1:1"}), 0) << script.err;
}

TEST(Transmission, is_never_guessed) {
    for (const auto& answer : {listed({"a:c-1:0", "b:c-1:0"}), listed({"a:c-1:0"}, true), listed({}, true)}) {
        Script script;
        script.answers[search] = answer;
        EXPECT_EQ(script.run({"cancel", "c-1:0"}), 64);
        EXPECT_TRUE(says(script.err, "PROJECT:COMMUNICATION:RECIPIENT")) << script.err;
        EXPECT_EQ(script.asked.size(), 1u);
    }
    Script script;
    script.answers[search] = listed({"a:c-1:0"});
    EXPECT_EQ(script.run({"cancel", "c-1:1"}), 64);
    EXPECT_TRUE(says(script.err, "there is no transmission c-1:1")) << script.err;
}

TEST(Transmission, cannot_be_looked_up_while_the_list_fails) {
    Script script;
    script.answers[search] = refusal(503, "failed");
    EXPECT_EQ(script.run({"confirm", "c-1", "--yes-it-arrived"}), 75);
    EXPECT_EQ(script.asked.size(), 1u);
}

TEST(Transmission, is_refused_before_asking_when_its_name_makes_no_sense) {
    Script script;
    for (const char* bad : {"", ":", "::", ":c-1:0", "a::0", "a:c-1:", "a:c-1:x", "a:c-1:-1", "a:b:c:0",
                            "a:c/1:0", "c 1", "~", "a:c-1:99999999999"})
        EXPECT_EQ(script.run({"transmission", bad}), 64) << bad;
    EXPECT_TRUE(script.asked.empty());
}

TEST(Transmission, of_a_body_without_an_id_can_be_named) {
    Script script;
    script.answers["POST /transmissions/clinic%3A~bbbb%3A0/retry"] = done("asked again");
    EXPECT_EQ(script.run({"retry", "clinic:~bbbb:0"}), 0) << script.err;
}

TEST(Transmission, is_changed_through_its_routes) {
    const std::string id = "1a3c9a52-1111-4222-8333-444455556666";
    const std::vector<std::pair<Arguments, std::string>> calls = {
        {{"cancel", "clinic:c-1:0"}, "cancel"},
        {{"confirm", "clinic:c-1:0", "--yes-it-arrived"}, "confirm"},
        {{"confirm", "clinic:c-1:0", "--fax", id}, "confirm?fax=" + id},
        {{"confirm", "--fax=" + id, "clinic:c-1:0"}, "confirm?fax=" + id},
        {{"resend", "clinic:c-1:0", "--yes-it-may-arrive-twice"}, "resend"},
        {{"resend", "--yes-it-may-arrive-twice", "clinic:c-1:0"}, "resend"},
        {{"hold", "clinic:c-1:0"}, "hold"},
        {{"retry", "clinic:c-1:0"}, "retry"},
    };
    for (const auto& [call, verb] : calls) {
        Script script;
        const std::string wanted = "POST /transmissions/clinic%3Ac-1%3A0/" + verb;
        script.answers[wanted] = done("as you wish");
        EXPECT_EQ(script.run(call), 0) << wanted << ": " << script.err;
        EXPECT_EQ(script.asked, std::vector{wanted});
        EXPECT_EQ(script.out, "as you wish\n");
    }
}

TEST(Resend, does_nothing_until_the_caller_knows_what_may_come_of_it) {
    Script script;
    EXPECT_EQ(script.run({"resend", "clinic:c-1:0"}), 64);
    EXPECT_TRUE(script.asked.empty());
    EXPECT_TRUE(says(script.err, "nothing was sent")) << script.err;
    EXPECT_TRUE(says(script.err, "arrives twice")) << script.err;
    EXPECT_TRUE(says(script.err, "--yes-it-may-arrive-twice")) << script.err;
    EXPECT_EQ(script.run({"resend", "--yes-it-may-arrive-twice"}), 64);
    EXPECT_TRUE(says(script.err, "id is missing")) << script.err;
}

TEST(Confirm, without_an_id_does_nothing_until_the_caller_says_that_it_arrived) {
    Script script;
    EXPECT_EQ(script.run({"confirm", "clinic:c-1:0"}), 64);
    EXPECT_TRUE(says(script.err, "nothing was changed")) << script.err;
    EXPECT_TRUE(says(script.err, "--yes-it-arrived")) << script.err;
    EXPECT_EQ(script.run({"confirm", "--yes-it-arrived"}), 64);
    EXPECT_EQ(script.run({"confirm", "clinic:c-1:0", "--yes-it-arrived", "--fax", "1a3c9a52"}), 64);
    EXPECT_TRUE(script.asked.empty());
}

TEST(Confirm, never_counts_a_fax_as_arrived_because_its_id_was_mistyped) {
    Script script;
    for (const Arguments& call : std::vector<Arguments>{{"confirm", "clinic:c-1:0", "--fax", ""},
                                                        {"confirm", "clinic:c-1:0", "--fax="},
                                                        {"confirm", "clinic:c-1:0", "--fax", "a/b"},
                                                        {"confirm", "clinic:c-1:0", "--fax"},
                                                        {"confirm", "clinic:c-1:0", "--fix=1a3c9a52"},
                                                        {"confirm"}})
        EXPECT_EQ(script.run(call), 64) << script.out;
    EXPECT_TRUE(script.asked.empty());
}

TEST(Transmissions, tell_what_cannot_be_done_from_what_is_to_be_tried_again) {
    Script script;
    const std::string path = "POST /transmissions/clinic%3Ac-1%3A0/cancel";
    script.answers[path] = refusal(409, "not_possible");
    EXPECT_EQ(script.run({"cancel", "clinic:c-1:0"}), 64);
    EXPECT_EQ(script.err, "efaxctl: no (not_possible)\n");
    script.answers[path] = refusal(409, "busy");
    EXPECT_EQ(script.run({"cancel", "clinic:c-1:0"}), 75);
}

TEST(Transmissions, refuse_calls_that_make_no_sense) {
    for (const Arguments& call : std::vector<Arguments>{{"transmissions", "--held", "--all"},
                                                        {"transmissions", "--open", "--all"},
                                                        {"transmissions", "--project"},
                                                        {"transmissions", "clinic:c-1:0"},
                                                        {"transmission"},
                                                        {"transmission", "a:b:0", "a:b:1"},
                                                        {"cancel"},
                                                        {"cancel", "a:b:0", "--all"}}) {
        Script script;
        EXPECT_EQ(script.run(call), 64);
        EXPECT_TRUE(script.asked.empty());
    }
}

TEST(Sending, is_left_out_of_the_status_where_nobody_sends) {
    Script script;
    script.answers["GET /status"] = {200, R"({"well":true,"mailboxes":{"total":1},"projects":[
                {"name":"quiet","sending":{"live":false,"waiting":0,"held":0,"completed":0}}]})"};
    script.run({"status"});
    EXPECT_FALSE(says(script.out, "SENDING")) << script.out;
}

TEST(Sending, has_a_line_for_each_project_it_concerns) {
    Script script;
    script.answers["GET /status"] = {200, R"({"well":true,"mailboxes":{"total":1},"projects":[
                {"name":"quiet","sending":{"live":false}},
                {"name":"live","sending":{"live":true}},
                {"name":"stuck","sending":{"live":false,"waiting":3,"oldest_unsubmitted":"2026-10-03T13:30:00Z"}},
                {"name":"past","sending":{"live":false,"completed":1,"failed":2}}]})"};
    script.run({"status"});
    const std::string table = script.out.substr(script.out.rfind("\n\n") + 2);
    EXPECT_EQ(table, "PROJECT  SENDING  UNDER WAY  HELD  FAILED  ARRIVED  UNTOLD  OLDEST UNSENT\n"
                     "live     on               0     0       0        0       0  –\n"
                     "stuck    off              3     0       0        0       0  30 min ago\n"
                     "past     off              0     0       2        1       0  –\n");
}

TEST(Sending, is_not_well_while_a_transmission_is_held) {
    Script script;
    script.answers["GET /status"] = {
        200, R"({"well":false,"alarms_total":1,"alarms":[{"code":"send.held","project":"clinic",
                "text":"fax held for a person, it may have gone out"}],"transmissions":{"held":1}})"};
    script.run({"status"});
    EXPECT_TRUE(script.out.starts_with(
        "NOT WELL: project clinic: fax held for a person, it may have gone out (send.held, efaxctl "
        "transmissions --held)\n"))
        << script.out;
    script.answers["GET /status"] = {200, R"({"well":true,"mailboxes":{"total":1},"faxes":{"held":1},
                                             "transmissions":{"held":2}})"};
    script.run({"status"});
    EXPECT_TRUE(script.out.starts_with("NOT WELL: 2 outbound faxes held (efaxctl transmissions --held)\n"))
        << script.out;
}

} // namespace
} // namespace efaxd::ctl
