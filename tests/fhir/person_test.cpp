#include "fhir/person.hpp"

#include <gtest/gtest.h>

namespace efaxd::fhir {
namespace {

constexpr Instant now{std::chrono::sys_days{std::chrono::year{2025} / 1 / 15}};

/// The number, `unusable` or `none`.
std::string fax_on(const std::string& text, const std::string& country = "1") {
    const auto document = json::Document::parse(text);
    const auto entry = fax_entry(document.root(), country, now);
    if (!entry)
        return "none";
    return entry->number.value_or("unusable");
}

std::string fax_among(const std::string& telecom) {
    return fax_on(R"({"resourceType":"Practitioner","telecom":[)" + telecom + "]}");
}

std::string name_in(const std::string& text) {
    const auto document = json::Document::parse(text);
    return name_on(document.root());
}

TEST(Person, fax_numbers_of_every_spelling_become_e164) {
    for (const auto* value : {"+15551234567", "+1 (555) 123-4567", "5551234567", "15551234567"})
        EXPECT_EQ(fax_among(R"({"system":"fax","value":")" + std::string(value) + R"("})"), "+15551234567");
    EXPECT_EQ(fax_on(R"({"telecom":[{"system":"fax","value":"5551234567"}]})", ""), "unusable");
}

TEST(Person, only_entries_of_the_system_fax_count) {
    EXPECT_EQ(fax_among(R"({"system":"phone","value":"+15550000001"})"), "none");
    EXPECT_EQ(
        fax_among(R"({"system":"phone","value":"+15550000001"},{"system":"fax","value":"+15550000002"})"),
        "+15550000002");
    EXPECT_EQ(fax_among(R"({"value":"+15550000001"})"), "none");
    EXPECT_EQ(fax_among(R"({"system":"fax"})"), "none");
    EXPECT_EQ(fax_among(R"({"system":"fax","value":""})"), "none");
    EXPECT_EQ(fax_on("{}"), "none");
}

TEST(Person, the_lowest_rank_goes_first_and_then_the_order) {
    EXPECT_EQ(fax_among(R"({"system":"fax","value":"+15550000001"},{"system":"fax","value":"+15550000002"})"),
              "+15550000001");
    EXPECT_EQ(fax_among(R"({"system":"fax","value":"+15550000001"},
                           {"system":"fax","value":"+15550000002","rank":2},
                           {"system":"fax","value":"+15550000003","rank":1})"),
              "+15550000003");
}

TEST(Person, old_numbers_are_passed_over) {
    EXPECT_EQ(fax_among(R"({"system":"fax","value":"+15550000001","use":"old"},
                           {"system":"fax","value":"+15550000002","period":{"end":"2024-12-31"}},
                           {"system":"fax","value":"+15550000003","period":{"end":"2025-12-31"}})"),
              "+15550000003");
    EXPECT_EQ(fax_among(R"({"system":"fax","value":"+15550000001","use":"old"})"), "none");
}

TEST(Person, no_other_number_stands_in_for_one_that_cannot_be_read) {
    EXPECT_EQ(fax_among(R"({"system":"fax","value":"123"},{"system":"fax","value":"+15550000002"})"),
              "unusable");
    EXPECT_EQ(
        fax_among(R"({"system":"fax","value":"123","use":"old"},{"system":"fax","value":"+15550000002"})"),
        "+15550000002");
    EXPECT_EQ(fax_on(R"({"resourceType":"Organization","telecom":[{"system":"fax","value":"ask at desk"}],
                         "contact":[{"telecom":[{"system":"fax","value":"+15550000002"}]}]})"),
              "unusable");
}

TEST(Person, contacts_of_an_organization_come_after_its_own_numbers) {
    EXPECT_EQ(fax_on(R"({"resourceType":"Organization",
                         "contact":[{"telecom":[{"system":"fax","value":"+15550000002"}]}],
                         "telecom":[{"system":"fax","value":"+15550000001"}]})"),
              "+15550000001");
    EXPECT_EQ(fax_on(R"({"resourceType":"Organization","telecom":[{"system":"phone","value":"+15550000001"}],
                         "contact":[{"name":{"text":"x"}},{"telecom":[{"system":"fax","value":"+15550000002"}]}]})"),
              "+15550000002");
}

TEST(Person, contacts_of_a_patient_are_other_people) {
    EXPECT_EQ(
        fax_on(
            R"({"resourceType":"Patient","contact":[{"telecom":[{"system":"fax","value":"+15550000002"}]}]})"),
        "none");
}

TEST(Person, a_device_keeps_its_numbers_as_contact) {
    EXPECT_EQ(fax_on(R"({"resourceType":"Device","contact":[{"system":"fax","value":"+15550000002"}]})"),
              "+15550000002");
}

TEST(Person, names_of_every_shape_are_read) {
    EXPECT_EQ(name_in(R"({"resourceType":"Organization","name":" North\u0007 Clinic "})"), "North Clinic");
    EXPECT_EQ(name_in(R"({"name":[{"use":"old","text":"Miss A"},{"text":"Dr. A"}]})"), "Dr. A");
    EXPECT_EQ(name_in(R"({"name":[{"given":["Ada","M."],"family":"Bell"}]})"), "Ada M. Bell");
    EXPECT_EQ(name_in(R"({"name":[{"family":"Bell"}]})"), "Bell");
    EXPECT_EQ(name_in(R"({"resourceType":"Device","deviceName":[{"name":"Fax 2"}]})"), "Fax 2");
    EXPECT_EQ(name_in(R"({"resourceType":"Patient"})"), "");
}

TEST(Person, the_placeholder_of_apps_is_no_name) {
    EXPECT_EQ(name_in(R"({"resourceType":"Organization","name":"Fax Recipient"})"), "");
}

} // namespace
} // namespace efaxd::fhir
