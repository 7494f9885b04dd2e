#include "sandbox/world.hpp"

#include "efaxd/core/document.hpp"
#include "efaxd/core/timestamp.hpp"

#include <algorithm>
#include <set>

namespace efaxd::sandbox::test {
namespace {

using Efax = World;

Instant at(std::string_view text) { return read_timestamp(text)->instant; }

TEST_F(Efax, gives_a_token_for_id_and_key) {
    const auto reply = sign_in();
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(split(member(reply.body, "access_token"), '.').size(), 3u);
    EXPECT_EQ(member(reply.body, "token_type"), "bearer");
    EXPECT_EQ(member(reply.body, "expires_in"), "86399");
    EXPECT_EQ(sandbox.efax().store().tokens_issued("sim-app"), 1);
}

TEST_F(Efax, refuses_bad_credentials_in_oauth_words) {
    const auto reply = sign_in("c2ltLWFwcDp3cm9uZw==");
    EXPECT_EQ(reply.status, 401);
    EXPECT_EQ(member(reply.body, "error"), "invalid_client");
    EXPECT_EQ(ask(sandbox.efax_url(), "POST", "/tokens", {{"Authorization", "Basic x"}}, "{}").status, 400);
    EXPECT_EQ(sandbox.efax().store().tokens_issued("sim-app"), 0);
}

TEST_F(Efax, a_new_token_ends_the_old_one) {
    token();
    sign_in();
    EXPECT_EQ(efax("GET", "/faxes/received").status, 401);
}

TEST_F(Efax, can_be_told_to_keep_the_old_token) {
    set_options(R"({"efax":{"keep_old_token":true}})");
    token();
    sign_in();
    EXPECT_EQ(efax("GET", "/faxes/received").status, 200);
}

TEST_F(Efax, a_token_lives_for_a_simulated_day) {
    token();
    sandbox.clock().advance(std::chrono::hours{23});
    EXPECT_EQ(efax("GET", "/faxes/received").status, 200);
    sandbox.clock().advance(std::chrono::hours{2});
    EXPECT_EQ(efax("GET", "/faxes/received").status, 401);
}

TEST_F(Efax, takes_the_bearer_scheme_in_any_case) {
    const Headers headers{{"authorization", "bEARER " + token()}, {"User-ID", system_user}};
    EXPECT_EQ(ask(sandbox.efax_url(), "GET", "/faxes/received", headers).status, 200);
}

TEST_F(Efax, is_healthy_without_a_token) {
    EXPECT_EQ(ask(sandbox.efax_url(), "GET", "/health").body, R"({"status":"UP"})");
}

TEST_F(Efax, refuses_without_token_and_leaves_no_trace) {
    const auto id = sandbox.put_fax();
    const auto reply = ask(sandbox.efax_url(), "GET", "/faxes/" + id + "/image", {{"user-id", system_user}});
    EXPECT_EQ(reply.status, 401);
    EXPECT_NE(reply.body.find("\"errors\""), std::string::npos);
    EXPECT_FALSE(sandbox.efax().store().find(id)->downloaded);
}

TEST_F(Efax, refuses_foreign_and_switched_off_user_ids) {
    EXPECT_EQ(efax_as("nobody", "/faxes/received").status, 403);
    EXPECT_EQ(efax_as("", "/faxes/received").status, 403);
    set_options(R"({"efax":{"missing_user_id":400,"errors":"gateway"}})");
    EXPECT_EQ(efax_as("", "/faxes/received").status, 400);
    EXPECT_EQ(efax_as("nobody", "/faxes/received").body, R"({"message":"Forbidden"})");
    sandbox.efax().store().set_active("sim-app", system_user, false);
    EXPECT_EQ(efax_as(system_user, "/faxes/received").status, 403);
}

TEST_F(Efax, keeps_app_ids_apart) {
    sandbox.efax().store().add_app("other", "secret");
    sandbox.add_user({"other", "77-88", "1", std::nullopt});
    EXPECT_EQ(efax_as("77-88", "/faxes/received").status, 403);
    const auto other = member(sign_in("b3RoZXI6c2VjcmV0").body, "access_token");
    EXPECT_EQ(ask(sandbox.efax_url(), "GET", "/faxes/received",
                  {{"Authorization", "Bearer " + other}, {"user-id", "77-88"}})
                  .status,
              200);
    EXPECT_EQ(efax("GET", "/faxes/received").status, 200) << "the other's token must not end ours";
}

TEST_F(Efax, knows_unknown_paths_and_methods) {
    EXPECT_EQ(efax("GET", "/nowhere").status, 404);
    EXPECT_EQ(efax("PUT", "/faxes/received").status, 405);
    EXPECT_EQ(efax("GET", "/faxes/00000000-1111/metadata").status, 404);
}

TEST_F(Efax, lists_newest_first_with_all_fields) {
    NewFaxes faxes;
    faxes.count = 3;
    faxes.completed = at("2026-10-03T14:00:00Z");
    auto put = sandbox.put_faxes(faxes);
    std::reverse(put.begin(), put.end());
    const auto reply = efax("GET", "/faxes/received");
    EXPECT_EQ(ids(reply), put);
    const auto document = json::Document::parse(reply.body);
    EXPECT_EQ(document.root()["first_record"].integer(), 1);
    EXPECT_EQ(document.root()["last_record"].integer(), 3);
    const auto item = document.root()["faxes"].at(0);
    EXPECT_EQ(item["completed_timestamp"].text_or(""), "2026-10-03T14:00:00.000+0000");
    EXPECT_EQ(item["originating_fax_number"].text_or(""), "18005551212");
    EXPECT_EQ(item["destination_fax_number"].text_or(""), "13035550121");
    EXPECT_EQ(item["fax_status"].text_or(""), "STORED");
    EXPECT_EQ(item["image_downloaded"].raw(), "false");
    for (const char* name : {"size", "duration", "pages", "originating_fax_tsid"})
        EXPECT_TRUE(item[name]) << name;
}

TEST_F(Efax, lists_only_the_faxes_of_the_user_id) {
    sandbox.put_fax("10000001-20000002");
    EXPECT_TRUE(listed().empty());
}

TEST_F(Efax, listing_marks_nothing) {
    sandbox.put_fax();
    EXPECT_EQ(listed("?image_downloaded=false").size(), 1u);
    EXPECT_EQ(listed("?image_downloaded=false").size(), 1u);
    EXPECT_EQ(listed("?image_downloaded=true").size(), 0u);
}

TEST_F(Efax, filters_by_time_both_bounds_included) {
    NewFaxes faxes;
    faxes.count = 5;
    faxes.completed = at("2026-10-03T14:00:04Z");
    const auto put = sandbox.put_faxes(faxes);
    EXPECT_EQ(listed("?min_completed_timestamp=2026-10-03T14%3A00%3A01.000Z"
                     "&max_completed_timestamp=2026-10-03T14%3A00%3A02.000Z"),
              (std::vector{put[2], put[1]}));
    EXPECT_EQ(listed("?min_completed_timestamp=2026-10-03T14:00:04.000%2B0000"), std::vector{put[4]});
    EXPECT_TRUE(
        listed("?min_completed_timestamp=2027-01-01T00:00:00Z&max_completed_timestamp=2026-01-01T00:00:00Z")
            .empty());
}

TEST_F(Efax, filters_by_numbers_pages_and_text) {
    NewFaxes fax;
    fax.pages = 7;
    fax.from_number = "15551112222";
    fax.tsid = "LAB";
    const auto id = sandbox.put_faxes(fax).front();
    sandbox.put_fax();
    for (const char* query : {"?min_pages=5", "?min_pages=7&max_pages=7",
                              "?originating_fax_number=15551112222", "?search_text=LAB"})
        EXPECT_EQ(listed(query), std::vector{id}) << query;
    EXPECT_EQ(listed("?destination_fax_number=13035550121").size(), 2u);
    EXPECT_EQ(listed("?max_pages=0").size(), 0u);
}

TEST_F(Efax, refuses_bad_filters_and_ignores_unknown_ones) {
    EXPECT_EQ(efax("GET", "/faxes/received?image_downloaded=maybe").status, 400);
    EXPECT_EQ(efax("GET", "/faxes/received?min_completed_timestamp=yesterday").status, 400);
    EXPECT_EQ(efax("GET", "/faxes/received?min_completed_timestamp=2026-10-03T14:00:00.000+0000").status, 400)
        << "a bare plus is a space";
    EXPECT_EQ(efax("GET", "/faxes/received?min_pages=x").status, 400);
    EXPECT_EQ(efax("GET", "/faxes/received??image_downloaded=true").status, 200);
    set_options(R"({"efax":{"refuse_unknown_parameters":true}})");
    EXPECT_EQ(efax("GET", "/faxes/received?colour=red").status, 400);
}

TEST_F(Efax, pages_by_headers_and_clamps_the_limit) {
    NewFaxes faxes;
    faxes.count = 150;
    sandbox.put_faxes(faxes);
    const auto first = listed("", {{"pagination-limit", "500"}});
    EXPECT_EQ(first.size(), 100u);
    const auto second = listed("", {{"pagination-limit", "100"}, {"pagination-offset", "100"}});
    EXPECT_EQ(second.size(), 50u);
    std::set<std::string> all(first.begin(), first.end());
    all.insert(second.begin(), second.end());
    EXPECT_EQ(all.size(), 150u);
    const auto last = efax("GET", "/faxes/received", "", {{"pagination-offset", "150"}});
    EXPECT_EQ(member(last.body, "first_record"), "151");
    EXPECT_EQ(member(last.body, "last_record"), "150");
    EXPECT_EQ(efax("GET", "/faxes/received", "", {{"pagination-offset", "-1"}}).status, 400);
    set_options(R"({"efax":{"limit":"refuse"}})");
    EXPECT_EQ(efax("GET", "/faxes/received", "", {{"pagination-limit", "101"}}).status, 400);
    set_options(R"({"efax":{"limit":"ignore"}})");
    EXPECT_EQ(listed("", {{"pagination-limit", "1"}}).size(), 100u);
}

TEST_F(Efax, can_ignore_offset_and_filters) {
    NewFaxes faxes;
    faxes.count = 3;
    faxes.downloaded = true;
    sandbox.put_faxes(faxes);
    set_options(R"({"efax":{"ignore_offset":true,"ignore_filters":true}})");
    EXPECT_EQ(listed("?image_downloaded=false", {{"pagination-offset", "3"}}).size(), 3u);
}

TEST_F(Efax, lists_in_other_orders) {
    NewFaxes faxes;
    faxes.count = 40;
    const auto put = sandbox.put_faxes(faxes);
    set_options(R"({"efax":{"order":"oldest"}})");
    EXPECT_EQ(listed(), put);
    set_options(R"({"efax":{"order":"shuffled"}})");
    const auto once = listed();
    EXPECT_NE(once, listed());
    EXPECT_EQ(std::set(once.begin(), once.end()), std::set(put.begin(), put.end()));
}

TEST_F(Efax, shows_a_late_fax_only_after_its_moment) {
    NewFaxes fax;
    fax.listed_after = std::chrono::hours{1};
    fax.completed = sandbox.clock().now() - std::chrono::hours{24};
    sandbox.put_faxes(fax);
    token();
    EXPECT_TRUE(listed().empty());
    sandbox.clock().advance(std::chrono::hours{1});
    EXPECT_EQ(listed().size(), 1u);
}

TEST_F(Efax, writes_timestamps_in_every_style) {
    NewFaxes fax;
    fax.completed = at("2026-10-03T14:00:00.123Z");
    const auto id = sandbox.put_faxes(fax).front();
    const std::vector<std::pair<std::string, std::string>> styles{
        {"offset", "2026-10-03T14:00:00.123+0000"}, {"colon", "2026-10-03T14:00:00+00:00"},
        {"zulu", "2026-10-03T14:00:00.123Z"},       {"micros", "2026-10-03T14:00:00.123456+00:00"},
        {"none", "2026-10-03T14:00:00.123"},        {"local", "2026-10-03T09:00:00.123-0500"}};
    for (const auto& [style, text] : styles) {
        set_options(R"({"efax":{"timestamps":")" + style + "\"}}");
        EXPECT_EQ(member(efax("GET", "/faxes/" + id + "/metadata").body, "completed_timestamp"), text);
    }
}

TEST_F(Efax, writes_numbers_in_every_style) {
    const auto id = sandbox.put_fax();
    const auto number = [&](const std::string& style) {
        set_options(R"({"efax":{"numbers":")" + style + "\"}}");
        const auto reply = efax("GET", "/faxes/" + id + "/metadata");
        return json::Document::parse(reply.body).root()["originating_fax_number"].raw();
    };
    EXPECT_EQ(number("digits"), R"("18005551212")");
    EXPECT_EQ(number("plus"), R"("+18005551212")");
    EXPECT_EQ(number("unavailable"), R"("unavailable")");
    EXPECT_EQ(number("empty"), R"("")");
    EXPECT_EQ(number("null"), "null");
    EXPECT_NE(number("garbage").find("caller"), std::string::npos);
}

TEST_F(Efax, writes_optional_fields_in_every_style) {
    const auto id = sandbox.put_fax();
    const auto item = [&](const std::string& style) {
        set_options(R"({"efax":{"fields":")" + style + "\"}}");
        return efax("GET", "/faxes/" + id + "/metadata").body;
    };
    EXPECT_EQ(member(item("present"), "pages"), "1");
    EXPECT_EQ(item("absent").find("pages"), std::string::npos);
    EXPECT_NE(item("null").find(R"("pages":null)"), std::string::npos);
    EXPECT_NE(item("digit_strings").find(R"("pages":"1")"), std::string::npos);
    EXPECT_NE(item("extra").find("resource_url"), std::string::npos);
}

TEST_F(Efax, gives_metadata_singly_and_in_bulk) {
    const auto id = sandbox.put_fax();
    EXPECT_EQ(member(efax("GET", "/faxes/" + id + "/metadata").body, "direction"), "INBOUND");
    const auto reply = efax("POST", "/faxes/metadata", R"({"fax_ids":[")" + id + R"(","00000000-0000"]})");
    const auto document = json::Document::parse(reply.body);
    ASSERT_EQ(document.root().size(), 1u);
    EXPECT_EQ(document.root().at(0)["fax_id"].text_or(""), id);
    EXPECT_EQ(efax("POST", "/faxes/metadata", "{}").status, 400);
    EXPECT_EQ(efax("POST", "/faxes/metadata", "[").status, 400);
    EXPECT_FALSE(sandbox.efax().store().find(id)->downloaded);
}

TEST_F(Efax, marks_and_unmarks) {
    const auto id = sandbox.put_fax();
    const auto path = "/faxes/" + id + "/metadata";
    EXPECT_EQ(member(efax("PATCH", path, R"({"image_downloaded": true})").body, "image_downloaded"), "true");
    EXPECT_TRUE(listed("?image_downloaded=false").empty());
    EXPECT_EQ(efax("PATCH", path, R"({"image_downloaded": false})").status, 200);
    EXPECT_EQ(listed("?image_downloaded=false").size(), 1u);
    EXPECT_EQ(efax("PATCH", path, "{}").status, 400);
}

TEST_F(Efax, gives_the_image_as_base64_and_marks_it) {
    const auto id = sandbox.put_fax();
    const auto reply = efax("GET", "/faxes/" + id + "/image?desired_format=PDF");
    EXPECT_EQ(member(reply.body, "fax_id"), id);
    EXPECT_EQ(member(reply.body, "file_name"), id + ".pdf");
    EXPECT_EQ(document(reply), FaxDocument(sandbox.efax().store().find(id)->plan, DocumentKind::pdf).bytes());
    EXPECT_TRUE(sandbox.efax().store().find(id)->downloaded);
    EXPECT_EQ(efax("GET", "/faxes/" + id + "/image?desired_format=PDF").body, reply.body) << "again";
}

TEST_F(Efax, can_mark_late_or_never) {
    add_fault(R"({"endpoint":"efax.image","kind":"cut","bytes":10})");
    set_options(R"({"efax":{"mark":"sent"}})");
    const auto id = sandbox.put_fax();
    Wire wire(sandbox.efax_url());
    const Headers headers{{"Authorization", "Bearer " + token()}, {"user-id", system_user}};
    efax("GET", "/faxes/" + id + "/image");
    EXPECT_FALSE(sandbox.efax().store().find(id)->downloaded);
    wire.exchange("GET", "/faxes/" + id + "/image", headers);
    wire.exchange("GET", "/health"); // the first was then sent and marked
    EXPECT_TRUE(sandbox.efax().store().find(id)->downloaded);
    set_options(R"({"efax":{"mark":"never"}})");
    const auto other = sandbox.put_fax();
    wire.exchange("GET", "/faxes/" + other + "/image", headers);
    wire.exchange("GET", "/health");
    EXPECT_FALSE(sandbox.efax().store().find(other)->downloaded);
}

TEST_F(Efax, gives_tiff_when_asked_or_told) {
    const auto image = "/faxes/" + sandbox.put_fax() + "/image";
    const auto kind = [&](const std::string& query) {
        DocumentInspector inspector;
        inspector.feed(document(efax("GET", image + query)));
        return inspector.type();
    };
    EXPECT_EQ(kind("?desired_format=TIFF"), MediaType::tiff);
    EXPECT_EQ(kind(""), MediaType::tiff);
    set_options(R"({"efax":{"format":"tiff"}})");
    EXPECT_EQ(kind("?desired_format=PDF"), MediaType::tiff);
    EXPECT_EQ(efax("GET", image + "?desired_format=GIF").status, 400);
}

TEST_F(Efax, can_break_the_lines_of_base64) {
    const auto id = sandbox.put_fax();
    set_options(R"({"efax":{"base64_breaks":true}})");
    const auto reply = efax("GET", "/faxes/" + id + "/image?desired_format=PDF");
    EXPECT_NE(member(reply.body, "image").find("\r\n"), std::string::npos);
    EXPECT_EQ(document(reply), FaxDocument(sandbox.efax().store().find(id)->plan, DocumentKind::pdf).bytes());
}

TEST_F(Efax, gives_single_pages_as_tiff) {
    NewFaxes fax;
    fax.pages = 5;
    const auto id = sandbox.put_faxes(fax).front();
    const auto reply = efax("GET", "/faxes/" + id + "/image/pages?start_page=3&num_pages=10");
    const auto document = json::Document::parse(reply.body);
    ASSERT_EQ(document.root()["pages"].size(), 2u);
    const auto page = document.root()["pages"].at(0);
    EXPECT_EQ(page["page_number"].integer(), 3);
    EXPECT_TRUE(decode_base64(page["image"].text_or(""))->starts_with("II*"));
    EXPECT_EQ(efax("GET", "/faxes/" + id + "/image/pages?start_page=-1").status, 400);
}

TEST_F(Efax, has_no_image_of_a_fax_it_does_not_store) {
    NewFaxes fax;
    fax.stored = false;
    const auto id = sandbox.put_faxes(fax).front();
    EXPECT_NE(efax("GET", "/faxes/received").body.find("NOT_STORED"), std::string::npos);
    EXPECT_EQ(efax("GET", "/faxes/" + id + "/image").status, 404);
}

TEST_F(Efax, deletes_for_good) {
    const auto id = sandbox.put_fax();
    EXPECT_EQ(efax("DELETE", "/faxes/" + id).status, 204);
    EXPECT_EQ(efax("DELETE", "/faxes/" + id).status, 404);
    EXPECT_EQ(efax("GET", "/faxes/" + id + "/image").status, 404);
    EXPECT_TRUE(listed().empty());
}

TEST_F(Efax, finds_ids_without_regard_to_case) {
    NewFaxes fax;
    fax.id = "ABCDEF00-Mixed";
    sandbox.put_faxes(fax);
    EXPECT_EQ(member(efax("GET", "/faxes/abcdef00-mixed/metadata").body, "fax_id"), "ABCDEF00-Mixed");
    EXPECT_THROW(sandbox.put_faxes(fax), BadCall);
}

TEST_F(Efax, same_text_is_the_same_document) {
    NewFaxes fax;
    fax.text = "Lab result";
    const auto one = sandbox.put_faxes(fax).front();
    const auto other = sandbox.put_faxes(fax).front();
    EXPECT_EQ(document(efax("GET", "/faxes/" + one + "/image?desired_format=PDF")),
              document(efax("GET", "/faxes/" + other + "/image?desired_format=PDF")));
}

TEST_F(Efax, streams_a_hundred_megabytes) {
    NewFaxes fax;
    fax.size = 100'000'000;
    const auto id = sandbox.put_faxes(fax).front();
    const auto reply = efax("GET", "/faxes/" + id + "/image?desired_format=PDF");
    EXPECT_TRUE(reply.whole);
    EXPECT_GT(reply.body.size(), 133'000'000u);
    EXPECT_TRUE(reply.body.ends_with("\"}"));
}

TEST_F(Efax, rival_downloads_marks_deletes_and_takes_the_token) {
    const auto one = sandbox.put_fax();
    const auto two = sandbox.put_fax();
    token();
    EXPECT_EQ(sandbox.efax().rival_downloads_all(system_user), 2u);
    EXPECT_TRUE(listed("?image_downloaded=false").empty());
    EXPECT_TRUE(sandbox.efax().rival_marks(one, false));
    EXPECT_EQ(listed("?image_downloaded=false"), std::vector{one});
    EXPECT_TRUE(sandbox.efax().rival_deletes(two));
    EXPECT_FALSE(sandbox.efax().rival_deletes(two));
    EXPECT_EQ(listed(), std::vector{one});
    sandbox.efax().rival_takes_token();
    EXPECT_EQ(efax("GET", "/faxes/received").status, 401);
}

TEST(EfaxSeed, makes_the_same_ids_and_tokens_each_time) {
    const auto play = [](std::uint64_t seed) {
        Sandbox sandbox({seed, 0, 0, 0});
        sandbox.set_up_clinic();
        return sandbox.put_fax() + sandbox.put_fax() +
               member(ask(sandbox.efax_url(), "POST", "/tokens",
                          {{"Authorization", "Basic c2ltLWFwcDpzaW0ta2V5Ky89PQ=="},
                           {"Content-Type", "application/x-www-form-urlencoded"}},
                          "grant_type=client_credentials")
                          .body,
                      "access_token");
    };
    EXPECT_EQ(play(7), play(7));
    EXPECT_NE(play(7), play(8));
}

} // namespace
} // namespace efaxd::sandbox::test
