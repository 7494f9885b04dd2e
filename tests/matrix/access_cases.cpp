// F01 to F08: tokens, refusals, and wishes to wait.
#include "matrix/cases.hpp"
#include "sandbox/modes.hpp"

namespace efaxd::matrix {

using sandbox::begin_mode;
using sandbox::FaultKind;

/// Refreshes once for each end, goes on where it was, and loses nothing.
void f01_token_ends(Clinic& clinic) {
    clinic.put_some();
    begin_mode(clinic.sandbox, "F01");
    clinic.begin();
    EXPECT_EQ(clinic.round().failed, 0U);
    EXPECT_TRUE(clinic.all_arrived());
    EXPECT_TRUE(clinic.all_struck());
    EXPECT_LE(clinic.asked("efax.tokens"), 3U);
    EXPECT_LE(clinic.asked("efax.image"), 7U + 8U) << "those under way may have met the dead token too";
    EXPECT_LE(clinic.asked("efax.list"), 9U + 4U);
}

/// One new token and one repeat for each; a war is seen, told of, and not fought.
void f02_token_taken(Clinic& clinic) {
    clinic.put_some();
    begin_mode(clinic.sandbox, "F02");
    clinic.begin();
    clinic.round();
    EXPECT_TRUE(clinic.all_arrive(2));
    EXPECT_TRUE(clinic.all_struck());
    EXPECT_FALSE(clinic.said("efax.rival"));
    EXPECT_LE(clinic.asked("efax.tokens"), 3U);

    clinic.wait(1h);
    clinic.put_some();
    clinic.fault("efax.image", FaultKind::token_taken, -1);
    const auto war = clinic.mark();
    for (int minute = 0; minute < 15; ++minute, clinic.wait(1min))
        clinic.round();
    EXPECT_TRUE(clinic.said("efax.rival"));
    EXPECT_LE(clinic.asked("efax.tokens", war), 10U);
    EXPECT_LE(clinic.asked("efax.image", war), 32U);
    clinic.sandbox.faults().clear();
    clinic.wait(10min);
    EXPECT_TRUE(clinic.all_arrive());
}

/// A second refusal ends the call; in all there are few tokens and few calls, and it is told of.
void f03_refused_for_ever(Clinic& clinic) {
    clinic.put_some();
    begin_mode(clinic.sandbox, "F03");
    clinic.begin();
    for (int minute = 0; minute < 30; ++minute, clinic.wait(1min))
        EXPECT_EQ(clinic.round().failed, 3U);
    EXPECT_TRUE(clinic.said("efax.rival"));
    EXPECT_LE(clinic.asked("efax.tokens"), 16U);
    EXPECT_LE(clinic.asked("efax.list"), 48U);
    EXPECT_EQ(clinic.asked("efax.image"), 0U);
    clinic.sandbox.faults().clear();
    clinic.wait(10min);
    EXPECT_TRUE(clinic.all_arrive());
}

/// Waits longer from failure to failure; whatever a token says of its life, it is kept for a sane time.
void f04_odd_sign_in(Clinic& clinic) {
    clinic.put_some();
    begin_mode(clinic.sandbox, "F04");
    clinic.begin();
    for (int second = 0; second < 10; ++second, clinic.wait(1s))
        clinic.round();
    EXPECT_LE(clinic.asked("efax.tokens"), 3U) << "a failed sign-in rests";
    clinic.wait(5min);
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_TRUE(clinic.all_struck());
    EXPECT_LE(clinic.asked("efax.tokens"), 8U);

    using Expiry = sandbox::ExpiryStyle;
    for (const Expiry expiry : {Expiry::zero, Expiry::huge, Expiry::text, Expiry::absent}) {
        clinic.restyle([&](auto& style) {
            style.expires_in = expiry;
            style.keep_old_token = true;
        });
        clinic.put_some();
        clinic.begin();
        const auto from = clinic.mark();
        for (int round = 0; round < 5; ++round, clinic.wait(5min))
            EXPECT_EQ(clinic.round().failed, 0U);
        EXPECT_EQ(clinic.asked("efax.tokens", from), 1U);
    }
    EXPECT_TRUE(clinic.all_arrive());
}

/// The others go on; the refused one is asked once a round and no more, and reported.
void f05_refused_user(Clinic& clinic) {
    clinic.put_some();
    begin_mode(clinic.sandbox, "F05");
    clinic.begin();
    for (int round = 1; round <= 3; ++round, clinic.wait(5min)) {
        const auto report = clinic.round();
        EXPECT_EQ(report.refused, 1U);
        EXPECT_EQ(report.failed, 1U);
        EXPECT_NE(report.text().find("efax.user_refused"), std::string::npos);
        EXPECT_EQ(clinic.sandbox.oracle().communications, 5U);
        EXPECT_EQ(clinic.sandbox.journal().count({.endpoint = "efax.list", .user_id = north_clinic}),
                  static_cast<std::size_t>(round));
    }
    EXPECT_EQ(clinic.asked("efax.tokens"), 1U) << "a 403 says nothing against the token";
    clinic.sandbox.efax().store().set_active("sim-app", north_clinic, true);
    EXPECT_TRUE(clinic.all_arrive());
}

namespace {

/// Not a request goes to eFax for `quiet`, and then they go again.
void expect_pause(Clinic& clinic, Duration quiet, Duration margin) {
    const auto from = clinic.mark();
    EXPECT_GT(clinic.round().failed, 0U);
    clinic.wait(quiet - margin);
    EXPECT_GT(clinic.round().failed, 0U);
    EXPECT_EQ(clinic.asked_efax(from), 0U);
    clinic.wait(2 * margin);
    clinic.round();
    EXPECT_GT(clinic.asked_efax(from), 0U);
}

} // namespace

/// The whole App ID is silent for exactly as long as it was told, on lists and images alike.
void f06_seconds_to_wait(Clinic& clinic) {
    clinic.config.hands = 1; // so that one request meets the refusal and not three at once
    clinic.put_some();
    begin_mode(clinic.sandbox, "F06");
    clinic.begin();
    EXPECT_EQ(clinic.round().failed, 3U);
    EXPECT_EQ(clinic.asked("efax.list"), 1U);
    expect_pause(clinic, 90s, 3s);
    EXPECT_EQ(clinic.asked("efax.image"), 1U);
    expect_pause(clinic, 45s, 3s);
    EXPECT_TRUE(clinic.said("efax.paused"));
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_TRUE(clinic.all_struck());
}

/// A date is obeyed, an age is cut to an hour, and what says nothing is waited for as after any failure.
void f07_odd_wishes_to_wait(Clinic& clinic) {
    clinic.config.hands = 1;
    clinic.put_some();
    begin_mode(clinic.sandbox, "F07");
    clinic.begin();
    EXPECT_EQ(clinic.round().failed, 3U);
    expect_pause(clinic, 120s, 3s);
    for (int wish = 0; wish < 2; ++wish) { // nothing, and nonsense: at least half of the first wait
        const auto from = clinic.mark();
        EXPECT_GT(clinic.round().failed, 0U);
        clinic.wait(10s);
        EXPECT_GT(clinic.round().failed, 0U);
        EXPECT_EQ(clinic.asked_efax(from), 0U);
        clinic.wait(90s);
        EXPECT_GT(clinic.round().failed, 0U);
        EXPECT_EQ(clinic.asked("efax.list", from), 1U);
    }
    expect_pause(clinic, 1h, 3s);
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_TRUE(clinic.all_struck());
}

/// Waits between the tries; nothing that was done is undone or done again.
void f08_bursts(Clinic& clinic) {
    clinic.put_some();
    begin_mode(clinic.sandbox, "F08");
    clinic.begin();
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_TRUE(clinic.all_struck());
    EXPECT_LE(clinic.asked("efax.tokens"), 2U);
    EXPECT_LE(clinic.asked("efax.image"), 7U + 5U) << "after a 504 a TIFF is asked for at once";
    EXPECT_LE(clinic.asked("efax.patch"), 7U + 4U);
    EXPECT_EQ(clinic.asked("fhir.create"), 7U);
}

} // namespace efaxd::matrix
