#include "fhir/owner_users.hpp"
#include "json/value.hpp"

#include <gtest/gtest.h>

namespace efaxd::fhir {
namespace {

// 2026-10-03T14:00:00Z
constexpr Instant now{std::chrono::sys_days{std::chrono::year{2026} / 10 / 3} + std::chrono::hours{14}};

std::string users(const std::string& identifiers, const std::string& more = "") {
    const auto document =
        json::Document::parse(R"({"id":"p-1",)" + more + R"("identifier":[)" + identifiers + "]}");
    std::string list;
    for (const auto& user : users_on(document.root(), OwnerKind::practitioner, now)) {
        EXPECT_EQ(user.owner, (Owner{OwnerKind::practitioner, "p-1"}));
        list += user.user_id + " ";
    }
    return list;
}

std::string identifier(const std::string& value, const std::string& more = "") {
    return R"({"system":"https://efax.com","value":")" + value + "\"" + more + "}";
}

std::string until(const std::string& end) { return R"(,"period":{"start":"2020","end":")" + end + "\"}"; }

TEST(OwnerUsers, gives_every_identifier_of_the_efax_system_once) {
    EXPECT_EQ(users(identifier("1") + "," + identifier("2") + "," + identifier("1") +
                    R"(,{"system":"http://hl7.org/fhir/sid/us-npi","value":"3"},{"value":"4"},7)"),
              "1 2 ");
}

TEST(OwnerUsers, leaves_out_what_is_old_or_over) {
    EXPECT_EQ(users(identifier("1", R"(,"use":"old")") + "," + identifier("2", R"(,"use":"official")")),
              "2 ");
    for (const auto* end :
         {"2025", "2026-08", "2026-09-30", "2026-10-03T13:59:59Z", "2026-10-03T15:59:59+02:00"})
        EXPECT_EQ(users(identifier("1", until(end))), "") << end;
    for (const auto* end : {"2026", "2026-10", "2026-10-03", "2026-10-03T14:00:00Z",
                            "2026-10-03T09:00:01-05:00", "some day", ""})
        EXPECT_EQ(users(identifier("1", until(end))), "1 ") << end;
}

TEST(OwnerUsers, leaves_out_the_inactive) {
    EXPECT_EQ(users(identifier("1"), R"("active":false,)"), "");
    EXPECT_EQ(users(identifier("1"), R"("active":true,)"), "1 ");
}

TEST(OwnerUsers, leaves_out_empty_values_and_owners_without_id) {
    EXPECT_EQ(
        users(identifier("") + R"(,{"system":"https://efax.com"},{"system":"https://efax.com","value":7})"),
        "");
    const auto document = json::Document::parse(R"({"id":"a/b","identifier":[)" + identifier("1") + "]}");
    EXPECT_TRUE(users_on(document.root(), OwnerKind::organization, now).empty());
}

} // namespace
} // namespace efaxd::fhir
