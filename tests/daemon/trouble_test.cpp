// Bad luck on both sides: every fax still ends once, and nobody is flooded with requests.
#include "clinic.hpp"

#include <set>

namespace efaxd::daemon {
namespace {

using namespace std::chrono_literals;
using sandbox::FaultKind;

class Trouble : public Clinic {
  protected:
    void put_some() {
        put(front_desk, 4);
        put(north_clinic, 3);
        put(dr_example, 3);
    }
    void server_chooses_ids() {
        auto style = sandbox.fhir().style();
        style.update_create = sandbox::UpdateCreate::not_allowed;
        sandbox.fhir().set_style(style);
    }
    std::int64_t suspected_spares() const {
        return efaxd.status().root()["faxes"]["suspected_spares"].integer().value_or(-1);
    }
    /// All arrive in spite of the faults, which all struck.
    void expect_peace_after(const std::vector<sandbox::FaultRule>& faults) {
        for (const auto& rule : faults)
            fault(rule);
        put_some();
        efaxd.start();
        EXPECT_TRUE(all_arrive());
        for (const auto& entry : sandbox.faults().all())
            EXPECT_GT(entry.struck, 0) << entry.rule.endpoint << ' ' << name_of(entry.rule.kind);
        EXPECT_LE(static_cast<std::int64_t>(sandbox.oracle().spare_binaries.size()), suspected_spares());
        EXPECT_LE(requests("efax.image"), 60U);
        EXPECT_LE(requests("fhir.create"), 60U);
        EXPECT_LE(requests("fhir.binary"), 60U);
        EXPECT_LE(requests("efax.tokens"), 3U);
    }
};

TEST_F(Trouble, replies_lost_after_the_write_make_no_double) {
    expect_peace_after({trouble("fhir.create", FaultKind::lose_reply, 4),
                        trouble("fhir.binary", FaultKind::lose_reply, 4),
                        trouble("efax.patch", FaultKind::lose_reply, 3)});
    EXPECT_TRUE(sandbox.oracle().spare_binaries.empty());
}

TEST_F(Trouble, replies_lost_after_the_write_are_counted_as_spares_where_the_server_chooses_ids) {
    server_chooses_ids();
    expect_peace_after(
        {trouble("fhir.create", FaultKind::lose_reply, 4), trouble("fhir.binary", FaultKind::lose_reply, 4)});
    EXPECT_EQ(sandbox.oracle().spare_binaries.size(), 4U);
    EXPECT_EQ(suspected_spares(), 4);
}

TEST_F(Trouble, replies_lost_after_the_write_make_no_double_where_conditional_create_is_ignored) {
    auto style = sandbox.fhir().style();
    style.conditional_create = false;
    sandbox.fhir().set_style(style);
    expect_peace_after(
        {trouble("fhir.create", FaultKind::lose_reply, 5), trouble("fhir.create", FaultKind::hang_up, 3)});
}

TEST_F(Trouble, a_lost_reply_is_looked_up_only_when_searches_have_caught_up) {
    auto style = sandbox.fhir().style();
    style.conditional_create = false;
    style.search_delay_ms = 300;
    sandbox.fhir().set_style(style);
    efaxd.settings.settle = "1s";
    efaxd.configure();
    expect_peace_after({trouble("fhir.create", FaultKind::lose_reply, 5)});
}

TEST_F(Trouble, all_of_it_at_once_and_kills_between_end_well) {
    for (const char* const endpoint :
         {"efax.list", "efax.image", "efax.patch", "fhir.search", "fhir.binary", "fhir.create"})
        for (const FaultKind kind : {FaultKind::status, FaultKind::hang_up, FaultKind::lose_reply,
                                     FaultKind::wrong_json, FaultKind::cut, FaultKind::delay}) {
            auto rule = trouble(endpoint, kind, -1);
            rule.status = 503;
            rule.bytes = 10;
            rule.delay = kind == FaultKind::delay ? Patience{30} : Patience{0};
            rule.probability = 0.05;
            fault(rule);
        }
    server_chooses_ids();
    for (int life = 0; life < 5; ++life) {
        put_some();
        efaxd.spawn();
        ASSERT_EQ(efaxd.child().wait(200ms), std::nullopt) << efaxd.log();
        efaxd.kill();
    }
    efaxd.start();
    EXPECT_TRUE(all_arrive());
    EXPECT_LE(static_cast<std::int64_t>(sandbox.oracle().spare_binaries.size()), suspected_spares());
}

TEST_F(Trouble, a_poll_that_fails_after_its_claim_leaves_no_fax_behind) {
    efaxd.settings.poll = "1h"; // so that no later poll can make up for it
    efaxd.configure();
    put(front_desk, 1);
    auto rule = answers("efax.list", 500, 1);
    rule.user_id = front_desk;
    rule.skip = 2; // both passes are read and their faxes claimed; the repeated first pass fails
    fault(rule);
    efaxd.start();
    EXPECT_TRUE(all_arrive());
    EXPECT_EQ(sandbox.faults().all().front().struck, 1);
}

TEST_F(Trouble, bursts_of_503_pass) {
    expect_peace_after({answers("efax.list", 503, 4), answers("efax.image", 503, 6),
                        answers("efax.patch", 503, 6), answers("fhir.search", 503, 4),
                        answers("fhir.binary", 503, 6), answers("fhir.create", 503, 6)});
}

TEST_F(Trouble, a_wish_to_wait_is_granted_on_both_sides) {
    auto efax = answers("efax.image", 429, 1);
    efax.retry_after = "3";
    auto fhir = answers("fhir.create", 429, 1);
    fhir.retry_after = "3";
    expect_peace_after({efax, fhir});
    for (const std::string side : {"efax", "fhir"}) {
        const auto refused = sandbox.journal().entries({.side = side, .status = 429});
        ASSERT_EQ(refused.size(), 1U);
        const Instant quiet_from = refused.front().at + 1s; // what was under way by then may still come
        const Instant quiet_until = refused.front().at + 2900ms;
        for (const auto& entry : sandbox.journal().entries({.side = side}))
            EXPECT_FALSE(entry.at > quiet_from && entry.at < quiet_until) << entry.endpoint;
    }
}

TEST_F(Trouble, spoilt_images_are_fetched_again) {
    auto cut = trouble("efax.image", FaultKind::cut, 2);
    cut.bytes = 9000;
    expect_peace_after(
        {cut, trouble("efax.image", FaultKind::hang_up, 2), trouble("efax.image", FaultKind::cut_base64, 2),
         trouble("efax.image", FaultKind::bad_base64, 2), trouble("efax.image", FaultKind::cut_document, 2),
         trouble("efax.image", FaultKind::html_document, 2), trouble("efax.image", FaultKind::empty_image, 2),
         trouble("efax.image", FaultKind::other_fax, 2), trouble("efax.image", FaultKind::errors_200, 2)});
}

TEST_F(Trouble, odd_lists_hide_no_fax) {
    expect_peace_after(
        {trouble("efax.list", FaultKind::wrong_json, 2), trouble("efax.list", FaultKind::wrong_type, 2),
         trouble("efax.list", FaultKind::errors_200, 2), trouble("efax.list", FaultKind::no_faxes, 2),
         trouble("efax.list", FaultKind::null_faxes, 2), trouble("efax.list", FaultKind::redirect, 2)});
}

TEST_F(Trouble, a_document_that_eFax_mixed_up_is_delivered_as_it_was_given_and_not_twice) {
    fault(trouble("efax.image", FaultKind::other_bytes));
    put(front_desk);
    efaxd.start();
    ASSERT_TRUE(
        efaxd.until([&] { return efaxd.status().root()["faxes"]["stages"]["acknowledged"].integer() == 1; }));
    const auto report = sandbox.oracle();
    EXPECT_EQ(report.communications, 1U);
    EXPECT_TRUE(report.twice.empty());
    ASSERT_EQ(report.wrong.size(), 1U); // nobody but the oracle can see it
    EXPECT_EQ(report.wrong.front().reason, "its bytes are not the fax's");
}

TEST_F(Trouble, refusals_that_never_end_make_no_hot_loop) {
    efaxd.settings.poll = "1h";
    efaxd.configure();
    fault(answers("fhir.create", 503, -1));
    put(front_desk, 3);
    efaxd.start();
    // Half of 100 + 200 + 400 + 400 … ms at the least between the tries of one fax.
    ASSERT_TRUE(sandbox.journal().wait_for({.endpoint = "fhir.create"}, 12, 30s));
    const auto tries = sandbox.journal().entries({.endpoint = "fhir.create"});
    EXPECT_GE(tries[11].at - tries[0].at, 300ms);
    EXPECT_EQ(requests("efax.image"), 3U);
    EXPECT_EQ(requests("fhir.binary"), 3U);
    sandbox.faults().clear();
    EXPECT_TRUE(all_arrive());
}

} // namespace
} // namespace efaxd::daemon
