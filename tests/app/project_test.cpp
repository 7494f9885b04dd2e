#include "app/project.hpp"

#include "app/clinic.hpp"

#include <gtest/gtest.h>

namespace efaxd::app {
namespace {

using namespace std::chrono_literals;

TEST(Project, does_not_wake_a_fax_that_rests_after_an_unknown_outcome) {
    Clinic clinic;
    clinic.project().fhir.settle = 10min;
    const auto fax = clinic.sandbox.put_fax();
    clinic.sandbox.faults().add({.endpoint = "fhir.create", .kind = sandbox::FaultKind::lose_reply});
    auto house = clinic.house();
    auto& project = *house.projects().at("clinic");
    project.poll_mailbox(*project.mailbox("clinic:system"), {});
    const Entry resting = project.carry({"clinic", fax}, {}, {});
    ASSERT_EQ(resting.reason, "fhir.unknown_outcome");

    const auto requests = clinic.sandbox.journal().entries({.side = "fhir"}).size();
    const Entry again = project.carry({"clinic", fax}, {}, {}); // found due before it rested, offered after
    EXPECT_EQ(again, resting);
    EXPECT_EQ(clinic.sandbox.journal().entries({.side = "fhir"}).size(), requests)
        << "the first request may still be running at the server";
}

} // namespace
} // namespace efaxd::app
