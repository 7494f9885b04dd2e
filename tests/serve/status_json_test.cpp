#include "serve/answers.hpp"
#include "serve/golden.hpp"
#include "serve/samples.hpp"
#include "serve/status.hpp"

#include "json/value.hpp"

#include <gtest/gtest.h>

namespace efaxd::serve {
namespace {

std::string next_of(const std::string& answer) {
    return std::string(json::Document::parse(answer).root()["next"].text_or("none"));
}

TEST(Status, is_written_as_the_golden_files_say) {
    expect_golden(status_json(well_status()), "status/status-well.json");
    expect_golden(status_json(ill_status()), "status/status-ill.json");
    expect_golden(status_json(Status{}), "status/status-empty.json");
}

TEST(Status, counts_all_alarms_but_shows_fifty) {
    Status status = well_status();
    for (int i = 0; i < 80; ++i) {
        MailboxStatus stale = read_mailbox("clinic:Practitioner:" + std::to_string(i), {});
        stale.stale = true;
        status.mailboxes.push_back(stale);
    }
    const auto document = json::Document::parse(status_json(status));
    EXPECT_EQ(document.root()["alarms_total"].integer(), 80);
    EXPECT_EQ(document.root()["alarms"].size(), 50u);
}

TEST(Status, keeps_a_stale_alarm_whose_mailbox_is_gone) {
    Status status = well_status();
    status.projects.front().alarms = {"mailbox.stale"};
    const auto document = json::Document::parse(status_json(status));
    EXPECT_EQ(document.root()["well"].boolean(), false);
    EXPECT_EQ(document.root()["alarms"].at(0)["code"].text(), "mailbox.stale");
}

TEST(Mailboxes, are_written_as_the_golden_file_says) {
    expect_golden(mailboxes_json(ill_status(), "", 100), "status/mailboxes.json");
}

TEST(Mailboxes, are_paged_by_id) {
    const Status status = ill_status();
    const std::string first = mailboxes_json(status, "", 2);
    expect_golden(first, "status/mailboxes-page.json");
    EXPECT_EQ(next_of(first), "clinic:Practitioner:2");
    const std::string second = mailboxes_json(status, next_of(first), 2);
    EXPECT_EQ(next_of(second), "none");
    EXPECT_EQ(json::Document::parse(second).root()["mailboxes"].size(), 2u);
    EXPECT_EQ(json::Document::parse(mailboxes_json(status, "zzz", 2)).root()["mailboxes"].size(), 0u);
}

TEST(Mailboxes, come_on_whatever_the_limit_is) {
    EXPECT_EQ(next_of(mailboxes_json(ill_status(), "", 0)), "clinic:Organization:1");
    EXPECT_EQ(next_of(mailboxes_json(ill_status(), "", SIZE_MAX)), "none");
}

TEST(Faxes, are_written_as_the_golden_files_say) {
    expect_golden(faxes_json({claimed_fax(), held_fax(), settled_fax()}, 100), "status/faxes.json");
    expect_golden(faxes_json({claimed_fax(), held_fax()}, 2), "status/faxes-page.json");
    expect_golden(faxes_json({}, 2), "status/faxes-none.json");
    expect_golden(fax_json(settled_fax()), "status/fax.json");
}

TEST(Faxes, show_no_more_than_asked_for) {
    const auto document = json::Document::parse(faxes_json({claimed_fax(), held_fax(), settled_fax()}, 2));
    EXPECT_EQ(document.root()["faxes"].size(), 2u);
    EXPECT_EQ(document.root()["next"]["after_fax"].text(), held_fax().key.fax_id);
}

TEST(Faxes, never_show_numbers_members_or_user_ids) {
    const std::string all =
        faxes_json({claimed_fax(), held_fax(), settled_fax()}, 100) + fax_json(claimed_fax());
    for (const char* secret : {"1555000", "5550000042", "private"})
        EXPECT_EQ(all.find(secret), std::string::npos) << secret;
}

TEST(Answers, are_written_as_the_golden_files_say) {
    expect_golden(failure(404, "not_found", "There is nothing at this path.").body, "status/error.json");
    expect_golden(done("2 mailboxes are polled now").body, "status/done.json");
    EXPECT_EQ(done("later", 202).status, 202);
    using Verdict = CheckLine::Verdict;
    expect_golden(
        check_json({{"", "state directory", Verdict::ok, "", ""},
                    {"clinic", "eFax sign-in", Verdict::failed, "eFax refuses the App ID or its key.",
                     "Compare eFaxAppId and eFaxApiKey with the eFax portal."},
                    {"clinic", "FHIR search", Verdict::warning, "The server is slow.", ""},
                    {"clinic", "eFax list", Verdict::skipped, "", ""}},
                   77),
        "status/check.json");
}

TEST(Metrics, are_written_as_the_golden_file_says) {
    EXPECT_EQ(metrics_text(ill_status()), golden("status/metrics.txt")) << metrics_text(ill_status());
}

TEST(Metrics, escape_label_values) {
    Status status = well_status();
    status.mailboxes.front().id = "a\"b\\c\nd";
    EXPECT_NE(metrics_text(status).find(R"(mailbox="a\"b\\c\nd")"), std::string::npos);
}

} // namespace
} // namespace efaxd::serve
