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
    EXPECT_EQ(e164("+32345678", ""), "+32345678");
    EXPECT_EQ(e164("+323456789012345", ""), "+323456789012345");
    EXPECT_EQ(e164("  +1.555.123.4567 ", ""), "+15551234567");
    EXPECT_EQ(e164("fax:5551234567", "1"), "+15551234567");
    EXPECT_EQ(e164("+1\xC2\xA0"
                   "555\xC2\xA0"
                   "123-4567",
                   ""),
              "+15551234567");
    EXPECT_EQ(e164("\xC2\xA0+49 (30) 0123456", ""), "+49300123456");
}

TEST(E164, dials_no_extension_pause_or_second_number) {
    for (const std::string rest :
         {",12", ";ext=12", "#12", "*12", "/12", "+15557654321", "p12", "\t", "\n12", "\xC2", "\xA0",
          "\xE2\x80\x89"
          "12",
          "\xC3\xA4"})
        for (const std::string number : {"+1555123456", "+493012345", "555123456", "1555123456"})
            for (const std::string digit : {"", "7"})
                EXPECT_FALSE(e164(number + digit + rest, "1")) << number << digit << rest;
    EXPECT_FALSE(e164("++15551234567", ""));
    EXPECT_FALSE(e164("(+1) 5551234567", ""));
    EXPECT_FALSE(e164("030/1234567", "49"));
    EXPECT_FALSE(e164("tel:fax:+15551234567", ""));
}

TEST(E164, wants_ten_digits_behind_plus_one) {
    for (const char* number : {"+12345678", "+1555123456", "+155512345678", "+123456789012345"})
        EXPECT_FALSE(e164(number, "1")) << number;
}

TEST(E164, leaves_no_trunk_zero_behind_a_country_code) {
    for (const char* number : {"+49 (0) 30 123456", "+49 ( 0 ) 30 123456", "+49 (030) 123456",
                               "+49 (\xC2\xA0"
                               "0)30 123456",
                               "+49 () (0)30 123456"})
        EXPECT_FALSE(e164(number, "")) << number;
}

TEST(E164, guesses_nothing) {
    for (const char* number : {"", "+", "5551234567", "555123456", "25551234567", "004930123456", "+1234567",
                               "+1234567890123456", "+05551234567", "+15551234567 ext 12", "+15551234567x12",
                               "+44 (0)20 7946 0958", "fax", "unavailable"})
        EXPECT_FALSE(e164(number, "")) << number;
    EXPECT_FALSE(e164("555123456", "1"));
    EXPECT_FALSE(e164("0301234567", "49")) << "a trunk prefix is no part of the number";
    EXPECT_FALSE(e164("25551234567", "1"));
}

} // namespace
} // namespace efaxd
