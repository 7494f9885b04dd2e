// F09 to F13: connections and replies that are broken, late, or not what they seem.
#include "matrix/cases.hpp"
#include "sandbox/modes.hpp"

#include <thread>

namespace efaxd::matrix {

using sandbox::begin_mode;
using sandbox::DocumentShape;
using sandbox::FaultKind;

namespace {

/// efaxd finds eFax at another address for a while, and meets only this failure there.
void expect_failure_at(Clinic& clinic, const std::string& url, const std::string& reason) {
    const auto there = clinic.config.projects.front().efax.base_url;
    clinic.config.projects.front().efax.base_url = url;
    clinic.begin();
    const auto report = clinic.round();
    EXPECT_EQ(report.failed, 3U);
    EXPECT_NE(report.text().find(reason), std::string::npos) << report.text();
    clinic.config.projects.front().efax.base_url = there;
    clinic.begin();
}

} // namespace

/// Waits and comes back, whatever broke: refused, not resolved, no TLS, closed or reset at any point.
void f09_broken_connections(Clinic& clinic) {
    clinic.put_some();
    const auto port = clinic.sandbox.efax_url().substr(std::string("http://127.0.0.1:").size());
    // A label over 63 characters is no name that could be asked of any resolver.
    expect_failure_at(clinic, "https://" + std::string(64, 'x') + ".invalid", "efax.unreachable");
    expect_failure_at(clinic, "https://127.0.0.1:" + port, "efax.tls");
    clinic.sandbox.open_efax(false);
    for (int round = 0; round < 3; ++round, clinic.wait(5min))
        EXPECT_EQ(clinic.round().failed, 3U);
    EXPECT_EQ(clinic.asked_efax(), 0U);
    clinic.sandbox.open_efax(true);

    begin_mode(clinic.sandbox, "F09");
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_TRUE(clinic.all_struck());
    EXPECT_LE(clinic.asked("efax.tokens"), 6U);
    EXPECT_LE(clinic.asked("efax.image"), 7U + 6U);
    EXPECT_LE(clinic.asked("efax.patch"), 7U + 6U);
    EXPECT_EQ(clinic.asked("fhir.create"), 7U);
}

/// Everybody else is served meanwhile, a stop does not wait, and the fax is fetched by its id although eFax
/// counts it as read. How long silence is borne is a matter of the HTTP client's own tests.
void f10_stalls(Clinic& clinic) {
    clinic.put_some();
    begin_mode(clinic.sandbox, "F10");
    clinic.begin();
    std::stop_source stop;
    std::jthread round([&] { clinic.round(stop.get_token()); });
    const auto most_are_there = [&] {
        for (int look = 0; look < 400 && clinic.sandbox.oracle().communications < 5; ++look)
            clinic.sandbox.journal().wait_for({.endpoint = "no such endpoint"}, 1, 25ms);
        return clinic.sandbox.oracle().communications == 5;
    };
    EXPECT_TRUE(most_are_there());
    const auto began = std::chrono::steady_clock::now();
    stop.request_stop();
    round.join();
    EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
    EXPECT_TRUE(clinic.all_struck());
    EXPECT_EQ(clinic.asked("efax.image"), 7U);
    clinic.begin();
    EXPECT_TRUE(clinic.all_arrive(3));
    EXPECT_EQ(clinic.asked("efax.image"), 9U);
}

/// What is not whole is not believed, and is asked for again by id.
void f11_cut_replies(Clinic& clinic) {
    clinic.put_some();
    begin_mode(clinic.sandbox, "F11");
    clinic.begin();
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_TRUE(clinic.all_struck());
    EXPECT_EQ(clinic.asked("efax.image"), 7U + 4U);
    EXPECT_EQ(clinic.asked("fhir.create"), 7U);
}

/// Valid oddities are delivered byte for byte, the rest is asked for again and in the end held for a person,
/// each by itself.
void f12_wrong_content(Clinic& clinic) {
    clinic.put_some();
    for (const DocumentShape shape : {DocumentShape::no_pages, DocumentShape::encrypted}) {
        sandbox::NewFaxes odd;
        odd.user_id = dr_example;
        odd.shape = shape;
        odd.listed_pages = 12;
        clinic.sandbox.put_faxes(odd);
    }
    begin_mode(clinic.sandbox, "F12");
    clinic.restyle([](auto& style) { style.base64_breaks = true; });
    clinic.begin();
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_TRUE(clinic.all_struck());
    EXPECT_EQ(clinic.asked("efax.image"), 9U + 5U);

    clinic.restyle([](auto& style) { style.format = sandbox::FormatStyle::tiff; });
    clinic.put(north_clinic);
    EXPECT_TRUE(clinic.all_arrive());

    const std::vector<FaultKind> kinds{FaultKind::other_fax, FaultKind::html_document, FaultKind::empty_image,
                                       FaultKind::bad_base64, FaultKind::cut_base64};
    const auto bad = clinic.put(front_desk, static_cast<int>(kinds.size()));
    const auto good = clinic.put(front_desk);
    for (std::size_t i = 0; i < kinds.size(); ++i)
        clinic.fault("efax.image", kinds[i], -1, bad[i]);
    const auto from = clinic.mark();
    for (int hours = 0; hours < 30; hours += 3, clinic.wait(3h))
        EXPECT_EQ(clinic.round().failed, 0U);
    EXPECT_EQ(clinic.row(good.front()).stage, Stage::acknowledged);
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        const Entry held = clinic.row(bad[i]);
        EXPECT_TRUE(held.held) << name_of(kinds[i]);
        EXPECT_EQ(held.reason,
                  kinds[i] == FaultKind::html_document ? "document.unknown_type" : "efax.bad_document")
            << name_of(kinds[i]);
        EXPECT_LE(clinic.asked("efax.image", from, bad[i]), 20U);
    }
    clinic.sandbox.faults().clear();
    for (const auto& fax : bad)
        clinic.release(fax);
    EXPECT_TRUE(clinic.all_arrive());
}

/// A status of 200 does not hide an error: above all it is no empty list and no token.
void f13_errors_in_disguise(Clinic& clinic) {
    clinic.put_some();
    begin_mode(clinic.sandbox, "F13");
    clinic.begin();
    EXPECT_GT(clinic.round().failed, 0U);
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_TRUE(clinic.all_struck());
    EXPECT_EQ(clinic.asked("efax.tokens"), 2U);
    EXPECT_EQ(clinic.asked("efax.image"), 8U);
    EXPECT_EQ(clinic.asked("efax.patch"), 8U);
}

} // namespace efaxd::matrix
