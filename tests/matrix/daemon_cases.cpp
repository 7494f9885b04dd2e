// F31 and F33: kills of the real program, and notifications at its door.
#include "daemon/efaxd_process.hpp"
#include "matrix/cases.hpp"
#include "sandbox/modes.hpp"
#include "sandbox/presets.hpp"
#include "sandbox/webhooks.hpp"

namespace efaxd::matrix {

namespace {

/// With its manner, which decides its address.
sandbox::Sandbox& prepared(sandbox::Sandbox& sandbox, const std::string& preset) {
    sandbox.set_up_clinic();
    sandbox.efax().set_style(sandbox::preset_style(preset));
    return sandbox;
}

struct Site {
    explicit Site(const std::string& preset) : efaxd(prepared(sandbox, preset)) {}
    ~Site() {
        if (testing::Test::HasFailure())
            std::cout << "the log:\n" << efaxd.log();
    }
    void put(const std::string& user_id, int count) {
        sandbox::NewFaxes faxes;
        faxes.user_id = user_id;
        faxes.count = count;
        sandbox.put_faxes(faxes);
    }
    bool clean() const {
        const auto report = sandbox.oracle();
        return report.clean() && report.spare_binaries.empty();
    }

    sandbox::Sandbox sandbox;
    daemon::Efaxd efaxd;
};

} // namespace

/// Begins again wherever it was cut down: in the middle of an image, an upload, a creation and a mark. Every
/// single step is swept in tests/flow/crash_sweep_test.cpp, random moments in tests/daemon/kill_test.cpp.
void f31_kills(const std::string& preset) {
    Site site(preset);
    sandbox::begin_mode(site.sandbox, "F31");
    for (const char* const step : {"efax.image", "fhir.binary", "fhir.create", "efax.patch"}) {
        site.put(front_desk, 1);
        const auto known = site.sandbox.journal().count({.endpoint = step});
        site.efaxd.spawn();
        ASSERT_TRUE(site.sandbox.journal().wait_for({.endpoint = step}, known + 1, 40s)) << step;
        site.efaxd.kill();
    }
    site.sandbox.faults().clear();
    site.efaxd.start();
    EXPECT_TRUE(site.efaxd.until([&] { return site.clean(); })) << site.sandbox.judgement();
    EXPECT_EQ(site.sandbox.oracle().communications, 4U);
    EXPECT_LE(site.sandbox.journal().count({.endpoint = "efax.image"}), 4U + 4U + 3U + 2U + 1U)
        << "each life fetches at most what none before it has stored";
}

/// A signed one starts a poll, a flood starts no more than that, a forged one nothing; and a fax of which it
/// came too early is found by the next poll.
void f33_notifications(const std::string& preset) {
    Site site(preset);
    site.efaxd.settings.callers = "fhir";
    site.sandbox.fhir().auth().add_caller({.token = "sim-caller"});
    site.efaxd.settings.poll = "10m";
    site.efaxd.settings.webhook_secret = "sim-shared-secret-01";
    site.efaxd.configure();
    site.efaxd.start();
    ASSERT_TRUE(
        site.efaxd.until([&] { return site.efaxd.ask("/readyz").find("true") != std::string::npos; }));
    sandbox::begin_mode(site.sandbox, "F33");
    auto settings = site.sandbox.webhooks().settings();
    settings.inbound_url = site.efaxd.operations_url() + "/efax/webhook";
    settings.secret = "not the secret";
    site.sandbox.webhooks().set(settings);
    const auto lists = [&] { return site.sandbox.journal().count({.endpoint = "efax.list"}); };
    ASSERT_TRUE(site.efaxd.until([&] { return lists() >= 6; })) << "two passes of each of three mailboxes";
    const auto before = lists();
    site.put(front_desk, 2);
    ASSERT_TRUE(site.sandbox.webhooks().wait_for(10));
    for (const auto& post : site.sandbox.webhooks().posts())
        EXPECT_EQ(post.status, 401);
    EXPECT_EQ(lists(), before) << "a forged notification is no reason for anything";
    EXPECT_TRUE(site.efaxd.said("webhook.forged"));

    settings.secret = "sim-shared-secret-01";
    site.sandbox.webhooks().set(settings);
    site.put(north_clinic, 4);
    ASSERT_TRUE(site.sandbox.webhooks().wait_for(30));
    EXPECT_EQ(site.sandbox.webhooks().posts().back().status, 200);
    EXPECT_TRUE(site.efaxd.until([&] { return site.sandbox.oracle().communications >= 3; }));
    EXPECT_LE(lists(), before + 9U) << "twenty hints, one poll of three mailboxes";

    EXPECT_NE(site.efaxd.ask("/poll", "POST"), "");
    EXPECT_TRUE(site.efaxd.until([&] { return site.clean(); })) << site.sandbox.judgement();
    EXPECT_LE(site.sandbox.journal().count({.endpoint = "efax.image"}), 6U);
}

} // namespace efaxd::matrix
