#include "efaxd/core/phone_number.hpp"
#include "efaxd/core/transmission.hpp"

#include <gtest/gtest.h>

#include <set>

namespace efaxd {
namespace {

TEST(SendStages, have_names_that_lead_back) {
    for (const SendStage stage : all_send_stages)
        EXPECT_EQ(send_stage_of(name_of(stage)), stage);
    EXPECT_FALSE(send_stage_of("sent"));
}

TEST(DocumentKey, is_no_received_faxs_and_each_ones_own) {
    const TransmissionKey one{"clinic", "c1", 0};
    const TransmissionKey two{"clinic", "c1", 1};
    const std::set<FaxKey> keys{document_key(one, 0), document_key(one, 1), document_key(two, 0)};
    EXPECT_EQ(keys.size(), 3u);
    for (const FaxKey& key : keys)
        EXPECT_FALSE(clean_fax_id(key.fax_id)) << key.fax_id;
}

/// efax-api 5.5: permanent ones never, and never what may have arrived in part or rings at a person.
TEST(ResultCodes, allow_another_try_only_where_it_can_harm_nobody) {
    for (const char* code : {"E41", "E42", "E49", "E07"})
        EXPECT_TRUE(result_of(code).may_retry) << code;
    for (const char* code : {"E06", "E33", "E43", "E44", "E45", "E51", "E52", "E53", "E99", ""})
        EXPECT_FALSE(result_of(code).may_retry) << code;
    EXPECT_NE(result_of("E41").sentence, result_of("E99").sentence);
    EXPECT_FALSE(result_of("E99").sentence.empty());
}

TEST(E164, takes_the_spellings_that_people_use) {
    EXPECT_EQ(e164("+15551234567", ""), "+15551234567");
    EXPECT_EQ(e164("+1 (555) 123-4567", ""), "+15551234567");
    EXPECT_EQ(e164("15551234567", ""), "+15551234567");
    EXPECT_EQ(e164("1-555-123-4567", ""), "+15551234567");
    EXPECT_EQ(e164("5551234567", "1"), "+15551234567");
    EXPECT_EQ(e164("(555) 123-4567", "1"), "+15551234567");
    EXPECT_EQ(e164("tel:+1-555-123-4567", ""), "+15551234567");
    EXPECT_EQ(e164("+49 30 123456", ""), "+4930123456");
    EXPECT_EQ(e164("+12345678", ""), "+12345678");
    EXPECT_EQ(e164("+123456789012345", ""), "+123456789012345");
}

TEST(E164, guesses_nothing) {
    for (const char* number : {"", "+", "5551234567", "555123456", "25551234567", "004930123456", "+1234567",
                               "+1234567890123456", "+05551234567", "+15551234567 ext 12", "+15551234567x12",
                               "+44 (0)20 7946 0958", "fax", "unavailable"})
        EXPECT_FALSE(e164(number, "")) << number;
    EXPECT_FALSE(e164("555123456", "1"));
    EXPECT_FALSE(e164("25551234567", "1"));
}

} // namespace
} // namespace efaxd
