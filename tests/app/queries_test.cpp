#include "app/queries.hpp"

#include <gtest/gtest.h>

#include <string>

namespace efaxd::app {
namespace {

serve::Question asking(std::map<std::string, std::string> query) {
    serve::Question question;
    question.query = std::move(query);
    return question;
}

TEST(FhirId, is_no_path) {
    EXPECT_TRUE(is_fhir_id("abc-1.2"));
    EXPECT_TRUE(is_fhir_id(std::string(64, 'x')));
    for (const std::string bad : {"", ".", "..", "a/b", "a%2fb", "~a", "a b", "\xc3\xa9"})
        EXPECT_FALSE(is_fhir_id(bad)) << bad;
    EXPECT_FALSE(is_fhir_id(std::string(65, 'x')));
}

TEST(Queries, names_a_fax_by_project_and_id) {
    EXPECT_EQ(fax_key_in("clinic:AFAX-0001"), (FaxKey{"clinic", "afax-0001"}));
    for (const char* const bad :
         {"", "clinic", "clinic:", "clinic:short", "clinic:../../x", "clinic:a:b-12345678"})
        EXPECT_FALSE(fax_key_in(bad)) << bad;
}

TEST(Queries, names_a_transmission_by_project_communication_and_recipient) {
    EXPECT_EQ(transmission_key_in("clinic:c-1:2"), (TransmissionKey{"clinic", "c-1", 2}));
    for (const char* const bad : {"", "clinic:c-1", "clinic:c-1:", "clinic:c-1:-1", "clinic:c-1:1x",
                                  "clinic::1", "clinic:c/1:1", "clinic:a:b:1", "clinic:c-1:99999999999"})
        EXPECT_FALSE(transmission_key_in(bad)) << bad;
}

TEST(Queries, keeps_a_page_within_its_bounds) {
    EXPECT_EQ(limit_of(asking({})), 100u);
    EXPECT_EQ(limit_of(asking({{"limit", "7"}})), 7u);
    EXPECT_EQ(limit_of(asking({{"limit", "0"}})), 1u);
    EXPECT_EQ(limit_of(asking({{"limit", "1001"}})), 1000u);
    for (const char* const bad : {"", "-1", "7x", "99999999999999999999"})
        EXPECT_EQ(limit_of(asking({{"limit", bad}})), 100u) << bad;
}

TEST(Queries, shows_no_page_for_a_stage_that_is_none) {
    EXPECT_TRUE(fax_query_in(asking({{"stage", "stored"}})));
    EXPECT_FALSE(fax_query_in(asking({{"stage", "lost"}})));
    EXPECT_TRUE(outbox_query_in(asking({{"stage", "prepared"}})));
    EXPECT_FALSE(outbox_query_in(asking({{"stage", "lost"}})));
}

TEST(Queries, read_which_events_are_wanted) {
    EXPECT_EQ(event_wish_in(asking({}))->least, log::Level::info);
    EXPECT_EQ(event_wish_in(asking({}))->prefix, "");
    EXPECT_EQ(event_wish_in(asking({{"level", "debug"}}))->least, log::Level::debug);
    EXPECT_EQ(event_wish_in(asking({{"level", "error"}, {"code", "fax."}}))->least, log::Level::error);
    EXPECT_EQ(event_wish_in(asking({{"code", "fax."}}))->prefix, "fax.");
    EXPECT_FALSE(event_wish_in(asking({{"level", "loud"}})));
}

} // namespace
} // namespace efaxd::app
