#include "fhir/search_text.hpp"

#include <gtest/gtest.h>

namespace efaxd::fhir {
namespace {

TEST(SearchText, asks_for_a_fax_by_identifier_in_every_status) {
    EXPECT_EQ(fax_query("fax-67890", Unless::identifier_exists),
              "identifier=https%3A%2F%2Fefax.com%7Cfax-67890");
}

TEST(SearchText, adds_the_direction_when_an_outbound_fax_has_the_id) {
    EXPECT_EQ(fax_query("1", Unless::inbound_identifier_exists),
              "identifier=https%3A%2F%2Fefax.com%7C1"
              "&category=http%3A%2F%2Fmedplum.com%2Ffhir%2FCodeSystem%2Ffax-direction%7Cinbound");
}

TEST(SearchText, escapes_what_has_a_meaning_in_a_search) {
    EXPECT_EQ(token("s", R"(a,b|c$d\e)"), R"(s%7Ca%5C%2Cb%5C%7Cc%5C%24d%5C%5Ce)");
}

TEST(SearchText, encodes_what_would_break_out_of_the_query) {
    EXPECT_EQ(token("s", "a&b=c+d #\r\n"), "s%7Ca%26b%3Dc%2Bd%20%23%0D%0A");
}

TEST(SearchText, asks_for_everyone_with_an_efax_identifier) {
    EXPECT_EQ(owners_query(), "identifier=https%3A%2F%2Fefax.com%7C&_elements=identifier,active&_count=100");
}

} // namespace
} // namespace efaxd::fhir
