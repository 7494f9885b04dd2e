// F29, F30, F35, F36: a hostile, a mistaken, a changing and an unlucky world.
#include "fakes/loopback_server.hpp"
#include "matrix/cases.hpp"
#include "sandbox/modes.hpp"

#include <algorithm>
#include <cstdlib>

namespace efaxd::matrix {

using sandbox::begin_mode;
using sandbox::FaultKind;

/// Ids are data and never paths; no link and no redirect is followed; the sound faxes beside them arrive.
void f29_malice(Clinic& clinic) {
    fakes::LoopbackServer foreign([](const auto&) { return fakes::LoopbackServer::Answer{}; });
    clinic.put_some();
    begin_mode(clinic.sandbox, "F29");
    for (auto& entry : clinic.sandbox.faults().all()) {
        clinic.sandbox.faults().remove(entry.number);
        entry.rule.location = foreign.url() + "/faxes";
        clinic.sandbox.faults().add(entry.rule);
    }
    clinic.restyle([&](auto& style) { style.elsewhere = foreign.url(); });
    clinic.begin();
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_TRUE(clinic.all_struck());
    EXPECT_TRUE(clinic.said("mailbox.unreadable_item"));
    EXPECT_TRUE(foreign.diary().empty()) << foreign.diary().front().target;
    for (const auto& entry : clinic.sandbox.journal().entries({.side = "efax"}))
        EXPECT_EQ(entry.target.find(".."), std::string::npos) << entry.target;
    EXPECT_TRUE(std::filesystem::is_empty(clinic.spool_dir()));
    EXPECT_LE(clinic.asked("efax.image"), 8U + 2U);
}

/// The window looks far enough back whichever clock is wrong, and old dates are as good as any.
void f30_odd_clocks(Clinic& clinic) {
    clinic.put_some();
    begin_mode(clinic.sandbox, "F30");
    clinic.begin();
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_EQ(clinic.sandbox.oracle().communications, 12U);
    const auto ahead = clinic.project().efax().state().skew;
    ASSERT_TRUE(ahead);
    EXPECT_NEAR(static_cast<double>(ahead->count()), Duration(24h).count(), Duration(1min).count());

    clinic.sandbox.clock().advance(-48h);
    clinic.put_some();
    clinic.sandbox.efax().rival_downloads_all(); // so that nothing but the window shows them
    clinic.wait(2h);                             // the token has its own opinion of the time
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_EQ(clinic.sandbox.oracle().communications, 19U);
    EXPECT_EQ(clinic.asked("efax.image"), 19U);
}

/// The old user id is told of and asked once a round; the new one is found with its owner, and read.
void f35_reassigned_number(Clinic& clinic) {
    clinic.put_some();
    clinic.begin();
    EXPECT_TRUE(clinic.all_arrive());
    clinic.config.projects.front().mailboxes.organizations.listed = {
        {{OwnerKind::organization, "north-clinic"}, north_clinic, {}}};
    clinic.begin();
    EXPECT_TRUE(clinic.all_arrive());
    begin_mode(clinic.sandbox, "F35");
    clinic.put(north_clinic + "9", 2);
    const auto from = clinic.mark();
    for (int round = 0; round < 3; ++round, clinic.wait(5min)) {
        const auto report = clinic.round();
        EXPECT_EQ(report.refused, 1U) << report.text();
        EXPECT_EQ(report.mailboxes, 4U) << "old and new";
    }
    EXPECT_TRUE(clinic.all_arrived());
    EXPECT_EQ(
        clinic.sandbox.journal().count({.endpoint = "efax.list", .user_id = north_clinic, .after = from}),
        3U);
    EXPECT_EQ(clinic.asked("efax.image"), 9U);
}

/// However it goes, all is well in the end. EFAXD_SOAK: so many rounds instead of a few.
void f36_a_little_of_everything(Clinic& clinic) {
    const char* const soak = std::getenv("EFAXD_SOAK");
    const int rounds = soak ? std::atoi(soak) : 12;
    begin_mode(clinic.sandbox, "F36");
    clinic.begin();
    for (int round = 0; round < rounds; ++round) {
        for (const auto& user : {front_desk, north_clinic, dr_example})
            clinic.put(user, 2);
        if (round % 5 == 4)
            clinic.begin();
        clinic.round();
        clinic.wait(10min);
    }
    clinic.sandbox.faults().clear();
    clinic.wait(1h);
    EXPECT_TRUE(clinic.all_arrive());
    const auto faxes = clinic.sandbox.oracle().faxes;
    EXPECT_LE(clinic.asked("efax.image"), faxes + faxes / 2 + 10);
    EXPECT_LE(clinic.asked("fhir.create"), faxes + faxes / 4 + 10);
    EXPECT_LE(clinic.asked("efax.tokens"), 10U + static_cast<std::size_t>(rounds));
}

} // namespace efaxd::matrix
