// What the daemon counts and remembers of its work, as an administrator sees it.
#include "clinic.hpp"

#include "json/value.hpp"

namespace efaxd::daemon {
namespace {

class Figures : public Clinic {
  protected:
    bool show(const std::string& line) {
        return efaxd.ask("/metrics").find('\n' + line + '\n') != std::string::npos;
    }
    std::string last_fax() {
        const auto answer = json::Document::parse(efaxd.ask("/mailboxes"));
        const auto mailboxes = answer.root()["mailboxes"];
        for (std::size_t i = 0; i < mailboxes.size(); ++i)
            if (mailboxes.at(i)["id"].text_or("") == "clinic:system")
                return std::string(mailboxes.at(i)["last_fax"].text_or(""));
        return {};
    }
};

TEST_F(Figures, tell_what_was_done) {
    efaxd.start();
    put(front_desk, 3);
    EXPECT_TRUE(all_arrive());
    EXPECT_TRUE(show(R"(efaxd_faxes_claimed_total{project="clinic"} 3)"));
    for (const auto* step : {"fetch", "attach", "deliver", "acknowledge"})
        EXPECT_TRUE(show(R"(efaxd_fax_step_duration_seconds_count{project="clinic",step=")" +
                         std::string(step) + R"("} 3)"))
            << step;
    EXPECT_TRUE(show(R"(efaxd_fax_delivery_duration_seconds_count{project="clinic"} 3)"));
    EXPECT_TRUE(show(
        R"(efaxd_requests_total{project="clinic",side="efax",endpoint="image",method="GET",outcome="2xx"} 3)"));
    EXPECT_TRUE(show(
        R"(efaxd_requests_total{project="clinic",side="fhir",endpoint="Communication",method="POST",outcome="2xx"} 3)"));
    EXPECT_TRUE(show(R"(efaxd_alarms{project="clinic"} 0)"));
    EXPECT_TRUE(show(R"(efaxd_events_total{code="fax.held",level="error"} 0)"));
}

TEST_F(Figures, remember_over_a_restart_when_faxes_came) {
    efaxd.start();
    put(front_desk);
    EXPECT_TRUE(all_arrive());
    const auto before = last_fax();
    EXPECT_NE(before, "");
    EXPECT_EQ(efaxd.stop(), 0);
    efaxd.start();
    EXPECT_EQ(last_fax(), before);
}

TEST_F(Figures, show_an_alarm_while_a_fax_is_held) {
    fault(answers("fhir.create", 422, -1));
    efaxd.start({{"WATCHDOG_USEC", "1000000"}}); // alarms are looked for twice as often as that
    put(front_desk);
    EXPECT_TRUE(efaxd.until([&] { return show(R"(efaxd_alarm{project="clinic",code="fax.held"} 1)"); }));
    EXPECT_TRUE(efaxd.says("alarm.raised: an alarm stands from now on reason=fax.held project=clinic"));
    sandbox.faults().clear();
    const auto rows = efaxd.rows();
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(efaxd.ctl({"retry", rows[0].key.fax_id}).exit_code, 0);
    EXPECT_TRUE(efaxd.until([&] { return show(R"(efaxd_alarm{project="clinic",code="fax.held"} 0)"); }));
    EXPECT_TRUE(efaxd.says("alarm.cleared: an alarm is over reason=fax.held project=clinic"));
}

} // namespace
} // namespace efaxd::daemon
