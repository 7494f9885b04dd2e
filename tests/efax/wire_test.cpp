#include "efax/wire.hpp"

#include "efax/scripted_efax.hpp"

#include <gtest/gtest.h>

namespace efaxd::efax {

using namespace testing;

namespace {

Instant at_two() { return fakes::FakeClock().now(); }

Fax read_one(const std::string& members) {
    const ListPage page =
        read_list_page(R"({"faxes":[{"fax_id":"0B6F7C1E-5a52-4f0e-9a61-2d1f3c9be001",)" + members + "}]}");
    return page.faxes.at(0);
}

} // namespace

TEST(Wire, signs_in_with_the_published_check_value) {
    EXPECT_EQ(basic("sim-app", "sim-key+/=="), "Basic c2ltLWFwcDpzaW0ta2V5Ky89PQ==");
}

TEST(Wire, asks_for_unread_faxes_without_any_bound_of_time) {
    EXPECT_EQ(list_path(ListPass::unread, at_two(), BoundForm::zulu),
              "/faxes/received?image_downloaded=false");
}

TEST(Wire, asks_for_a_window_with_an_encoded_bound) {
    EXPECT_EQ(list_path(ListPass::window, at_two(), BoundForm::zulu),
              "/faxes/received?min_completed_timestamp=2026-10-03T14%3A00%3A00.000Z");
    EXPECT_EQ(list_path(ListPass::window, at_two(), BoundForm::offset),
              "/faxes/received?min_completed_timestamp=2026-10-03T14%3A00%3A00.000%2B0000");
    EXPECT_EQ(list_path(ListPass::window, at_two(), BoundForm::none), "/faxes/received");
}

TEST(Wire, puts_the_id_in_the_path_as_the_source_spelled_it) {
    Fax fax;
    fax.id = "0b6f7c1e-aa";
    fax.listed_id = "0B6F7C1E-AA";
    EXPECT_EQ(fax_path(fax), "/faxes/0B6F7C1E-AA");
}

TEST(Wire, puts_no_hostile_or_foreign_id_in_a_path) {
    for (const std::string listed : {"../../tokens", "0b6f7c1e/..", "0b6f7c1e%2f", "0b6f7c1e?x=1", "short",
                                     "", "0b6f7c1e-bb", "0b6f7c1e aa", "0b6f7c1e#aa", "0b6f7c1e\naa"}) {
        Fax fax;
        fax.id = "0b6f7c1e-aa";
        fax.listed_id = listed;
        const auto fault = fault_from([&] { fax_path(fax); });
        ASSERT_TRUE(fault) << listed;
        EXPECT_EQ(fault->kind, Fault::Kind::lasting);
    }
}

TEST(Wire, makes_version_4_uuids) {
    EXPECT_EQ(uuid(0x0123456789abcdefu, 0x0123456789abcdefu), "01234567-89ab-4def-8123-456789abcdef");
    EXPECT_EQ(uuid(~0ull, ~0ull), "ffffffff-ffff-4fff-bfff-ffffffffffff");
}

TEST(Wire, sends_only_printable_user_ids) {
    EXPECT_TRUE(usable_user_id("10000001-20000001"));
    EXPECT_TRUE(usable_user_id(std::string(256, 'x')));
    for (const std::string& bad : {std::string(), std::string(257, 'x'), std::string("a b"),
                                   std::string("a\r\nx: y"), std::string("é")})
        EXPECT_FALSE(usable_user_id(bad)) << bad;
}

TEST(Wire, tells_pages_apart) {
    EXPECT_EQ(fingerprint(""), 0xcbf29ce484222325u);
    EXPECT_EQ(fingerprint("a"), 0xaf63dc4c8601ec8cu);
    EXPECT_NE(fingerprint(page(0, 2)), fingerprint(page(0, 3)));
}

TEST(Wire, reads_an_item_with_nothing_but_an_id) {
    const ListPage page = read_list_page(R"({"faxes":[{"fax_id":"0B6F7C1E-5a52-4f0e-9a61-2d1f3c9be001"}]})");
    ASSERT_EQ(page.faxes.size(), 1u);
    const Fax& fax = page.faxes[0];
    EXPECT_EQ(fax.id, "0b6f7c1e-5a52-4f0e-9a61-2d1f3c9be001");
    EXPECT_EQ(fax.listed_id, "0B6F7C1E-5a52-4f0e-9a61-2d1f3c9be001");
    EXPECT_FALSE(fax.completed);
    EXPECT_EQ(fax.from_number, "");
    EXPECT_EQ(fax.pages, 0);
    EXPECT_FALSE(fax.downloaded);
    EXPECT_TRUE(fax.stored);
}

TEST(Wire, reads_integers_and_booleans_in_strings) {
    const Fax fax =
        read_one(R"("pages":"12","image_downloaded":"true","originating_fax_number":18005551212)");
    EXPECT_EQ(fax.pages, 12);
    EXPECT_TRUE(fax.downloaded);
    EXPECT_EQ(fax.from_number, "18005551212");
}

TEST(Wire, reads_nulls_and_wrong_types_as_absent) {
    for (const std::string value : {"null", "[]", "{}", "[{\"a\":1}]", "true"}) {
        const Fax fax =
            read_one(R"("completed_timestamp":null,"pages":)" + value + R"(,"fax_status":)" + value +
                     R"(,"originating_fax_number":)" + value + R"(,"destination_fax_number":)" + value +
                     R"(,"size":)" + value + R"(,"routing_data":)" + value);
        EXPECT_EQ(fax.pages, 0) << value;
        EXPECT_EQ(fax.from_number, "") << value;
        EXPECT_EQ(fax.to_number, "") << value;
        EXPECT_TRUE(fax.stored) << value;
    }
}

TEST(Wire, takes_an_unavailable_or_endless_number_as_unknown) {
    EXPECT_EQ(read_one(R"("originating_fax_number":"unavailable")").from_number, "");
    EXPECT_EQ(read_one(R"("originating_fax_number":"UNAVAILABLE")").from_number, "");
    EXPECT_EQ(read_one(R"("originating_fax_number":")" + std::string(1u << 20, '1') + '"').from_number, "");
    EXPECT_EQ(read_one(R"("originating_fax_number":"+13035550123")").from_number, "+13035550123");
}

TEST(Wire, bounds_the_number_of_pages) {
    EXPECT_EQ(read_one(R"("pages":-3)").pages, 0);
    EXPECT_EQ(read_one(R"("pages":9000000000)").pages, 2147483647);
}

TEST(Wire, sees_that_a_fax_is_not_stored_however_it_is_spelled) {
    EXPECT_FALSE(read_one(R"("fax_status":"NOT_STORED")").stored);
    EXPECT_FALSE(read_one(R"("fax_status":"Not Stored")").stored);
    EXPECT_TRUE(read_one(R"("fax_status":"STORED")").stored);
    EXPECT_TRUE(read_one(R"("fax_status":"BRAND_NEW_STATUS")").stored);
}

TEST(Wire, reads_every_known_form_of_a_timestamp) {
    for (const std::string form :
         {"2026-10-03T14:00:00.000+0000", "2026-10-03T14:00:00+00:00", "2026-10-03T14:00:00.000Z",
          "2026-10-03T16:00:00.000000+02", "2026-10-03T14:00:00"})
        EXPECT_EQ(read_one(R"("completed_timestamp":")" + form + '"').completed, at_two()) << form;
}

TEST(Wire, leaves_out_and_counts_times_that_cannot_be_read) {
    const ListPage page = read_list_page(R"({"faxes":[
        {"fax_id":"aaaaaaaa-1","completed_timestamp":"yesterday"},
        {"fax_id":"aaaaaaaa-2","completed_timestamp":1759500000000},
        {"fax_id":"aaaaaaaa-3","completed_timestamp":"2026-10-03T14:00:00"},
        {"fax_id":"aaaaaaaa-4","completed_timestamp":""},
        {"fax_id":"aaaaaaaa-5","completed_timestamp":null}]})");
    EXPECT_EQ(page.faxes.size(), 5u);
    EXPECT_EQ(page.odd_timestamps, 2);
    EXPECT_EQ(page.missing_zones, 1);
    EXPECT_FALSE(page.faxes[0].completed);
    EXPECT_TRUE(page.faxes[2].completed);
}

TEST(Wire, counts_items_without_a_usable_id_and_keeps_the_others) { // F29
    const ListPage page = read_list_page(R"({"faxes":[{"fax_id":"../../etc/passwd"},{"fax_id":"aaaaaaaa-1"},
        {"fax_id":null},{},null,7,"aaaaaaaa-2",[{"fax_id":"aaaaaaaa-3"}],{"fax_id":"aaaaaaaa\u0000"},
        {"fax_id":12345678}]})");
    EXPECT_EQ(page.items, 10u);
    EXPECT_EQ(page.unreadable, 9);
    ASSERT_EQ(page.faxes.size(), 1u);
    EXPECT_EQ(page.faxes[0].id, "aaaaaaaa-1");
}

TEST(Wire, never_takes_an_error_for_an_empty_list) { // F13, F21
    for (const std::string body :
         {"", "Too Many Requests.", "<html></html>", "{}", "[]", "null", "\"faxes\"", R"({"faxes":null})",
          R"({"faxes":{}})", R"({"faxes":"none"})", R"({"faxes":0})", R"({"faxes":[])",
          R"({"message":"Unauthorized"})", R"({"faxes":[],"errors":[{"error_code":"102"}]})",
          R"({"faxes":[],"errors":{"error_code":"102"}})", R"({"faxes":[],"errors":"bad"})"}) {
        const auto fault = fault_from([&] { read_list_page(body); });
        ASSERT_TRUE(fault) << body;
        EXPECT_EQ(fault->reason, "efax.bad_reply") << body;
        EXPECT_EQ(fault->kind, Fault::Kind::passing) << body;
    }
}

TEST(Wire, reads_an_empty_list) {
    EXPECT_EQ(read_list_page(R"({"faxes":[]})").items, 0u);
    EXPECT_EQ(read_list_page(R"({"faxes":[],"errors":[],"first_record":null})").items, 0u);
}

TEST(Wire, guesses_the_lifetime_of_a_token_when_it_makes_no_sense) { // F04
    const auto lifetime = [](const std::string& expires_in) {
        return read_token(R"({"access_token":"t","expires_in":)" + expires_in + "}").lifetime;
    };
    EXPECT_EQ(lifetime("86399"), 86399s);
    EXPECT_EQ(lifetime("\"86399\""), 86399s);
    EXPECT_EQ(lifetime("3600"), 1h);
    EXPECT_EQ(lifetime("301"), 301s);
    EXPECT_EQ(lifetime("300"), 1h);
    EXPECT_EQ(lifetime("0"), 1h);
    EXPECT_EQ(lifetime("-5"), 1h);
    EXPECT_EQ(lifetime("null"), 1h);
    EXPECT_EQ(lifetime("\"soon\""), 1h);
    EXPECT_EQ(lifetime("9223372036854775807"), 24h);
    EXPECT_EQ(read_token(R"({"access_token":"t"})").lifetime, 1h);
}

TEST(Wire, takes_no_unusable_token) { // F04
    for (const std::string& body :
         {std::string(), std::string("{"), std::string("{}"), std::string("[]"),
          std::string(R"({"access_token":""})"), std::string(R"({"access_token":null})"),
          std::string(R"({"access_token":" "})"), std::string(R"({"access_token":"a\r\nb"})"),
          std::string(R"({"access_token":7})"), std::string(R"({"access_token":"t","errors":["x"]})"),
          R"({"access_token":")" + std::string(8193, 't') + "\"}"})
        EXPECT_EQ(reason_from([&] { read_token(body); }), "efax.bad_reply") << body.substr(0, 40);
}

TEST(Wire, takes_a_token_of_8_kib) {
    const std::string token(8192, 't');
    EXPECT_EQ(read_token(R"({"access_token":")" + token + "\"}").value, token);
}

} // namespace efaxd::efax
