#include "app/once.hpp"

#include "app/clinic.hpp"
#include "app/dry_run.hpp"

#include <gtest/gtest.h>

namespace efaxd::app {
namespace {

using namespace std::chrono_literals;

OnceReport run(Clinic& clinic) {
    auto house = clinic.house();
    return run_once(house.projects(), house.ground(), clinic.config.hands, {});
}

TEST(Once, delivers_at_all_three_levels) {
    Clinic clinic;
    for (const auto& user : sandbox::Sandbox::clinic_users())
        clinic.sandbox.put_fax(user);
    const auto report = run(clinic);
    EXPECT_EQ(report.mailboxes, 3u);
    EXPECT_EQ(report.delivered, 3u);
    EXPECT_EQ(report.exit_code(), 0) << report.text();
    const auto oracle = clinic.sandbox.oracle();
    EXPECT_TRUE(oracle.missing.empty());
    EXPECT_TRUE(oracle.twice.empty());
    EXPECT_TRUE(oracle.wrong.empty());
}

TEST(Once, says_75_while_a_fax_waits) {
    Clinic clinic;
    clinic.sandbox.put_fax();
    clinic.sandbox.faults().add(
        {.endpoint = "fhir.create", .kind = sandbox::FaultKind::status, .status = 503});
    const auto report = run(clinic);
    EXPECT_EQ(report.waiting, 1u);
    EXPECT_EQ(report.exit_code(), 75);
}

TEST(Once, says_0_and_lists_a_fax_that_is_held) {
    Clinic clinic;
    const auto fax = clinic.sandbox.put_fax();
    clinic.sandbox.faults().add(
        {.endpoint = "fhir.create", .kind = sandbox::FaultKind::status, .status = 422});
    const auto report = run(clinic);
    EXPECT_EQ(report.exit_code(), 0);
    ASSERT_EQ(report.held.size(), 1u);
    EXPECT_NE(report.text().find("held: clinic:" + fax + " (fhir.refused)"), std::string::npos)
        << report.text();
}

TEST(Once, says_77_when_every_mailbox_is_refused) {
    Clinic clinic;
    clinic.project().mailboxes.organizations.discover = false;
    clinic.project().mailboxes.practitioners.discover = false;
    clinic.project().secrets.user_id = clinic.secret("user-id", "99999999-00000000");
    const auto report = run(clinic);
    EXPECT_EQ(report.refused, 1u);
    EXPECT_EQ(report.exit_code(), 77);
}

TEST(Once, says_75_when_owners_cannot_be_discovered) {
    Clinic clinic;
    clinic.sandbox.faults().add(
        {.endpoint = "fhir.search", .kind = sandbox::FaultKind::status, .status = 500});
    const auto report = run(clinic);
    EXPECT_TRUE(report.discovery_failed);
    EXPECT_EQ(report.exit_code(), 75);
}

TEST(DryRun, tells_what_would_be_done_and_does_nothing) {
    Clinic clinic;
    const auto fax = clinic.sandbox.put_fax();
    GlassHouse house(clinic.config);
    const auto preview = dry_run(house.projects(), house.ground(), {});
    ASSERT_EQ(preview.intentions.size(), 1u);
    EXPECT_EQ(preview.intentions[0].fax_id, fax);
    EXPECT_EQ(preview.tokens_asked, 1);
    EXPECT_EQ(preview_text(read_preview(preview_json(preview))), preview_text(preview));
    EXPECT_EQ(clinic.sandbox.oracle().communications, 0u);
    EXPECT_TRUE(std::filesystem::is_empty(clinic.state_dir()));
}

} // namespace
} // namespace efaxd::app
