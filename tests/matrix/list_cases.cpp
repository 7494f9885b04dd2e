// F14 to F22: lists that repeat, shuffle, hide, shift, shrink, and do not end.
#include "matrix/cases.hpp"
#include "sandbox/modes.hpp"

namespace efaxd::matrix {

using sandbox::begin_mode;
using sandbox::FaultKind;

namespace {

/// More than a page of faxes.
constexpr int many = 110;

/// Further rounds find nothing to do.
void expect_rest(Clinic& clinic) {
    const auto from = clinic.mark();
    for (int round = 0; round < 2; ++round, clinic.wait(5min))
        clinic.round();
    EXPECT_EQ(clinic.changes(from), 0U);
}

} // namespace

/// One copy of each, however often and wherever it is listed, and after it was marked as well.
void f14_repeated_items(Clinic& clinic) {
    clinic.put_some();
    clinic.put(front_desk, 52); // the second half of the list stands across two pages
    begin_mode(clinic.sandbox, "F14");
    clinic.begin();
    EXPECT_TRUE(clinic.all_arrive());
    expect_rest(clinic);
    clinic.restyle([](auto& style) { style.repeats = sandbox::RepeatStyle::beside; });
    clinic.put_some();
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_EQ(clinic.asked("efax.image"), 66U);
    EXPECT_EQ(clinic.asked("fhir.create"), 66U);
}

/// The set is complete in the end.
void f15_shuffled_lists(Clinic& clinic) {
    clinic.put(north_clinic, many);
    begin_mode(clinic.sandbox, "F15");
    clinic.begin();
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_EQ(clinic.asked("efax.image"), static_cast<std::size_t>(many));
    EXPECT_LE(clinic.asked("efax.list"), 60U);
    expect_rest(clinic);
}

/// Found although newer ones were read long before.
void f16_late_arrivals(Clinic& clinic) {
    clinic.put_some();
    begin_mode(clinic.sandbox, "F16");
    clinic.begin();
    EXPECT_EQ(clinic.round().claimed, 7U);
    // The first is seen unread; the second somebody else has read as soon as it is there.
    clinic.wait(3min);
    EXPECT_EQ(clinic.round().claimed, 1U);
    clinic.wait(3min);
    clinic.sandbox.efax().rival_downloads_all();
    EXPECT_EQ(clinic.round().claimed, 1U);
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_EQ(clinic.asked("efax.image"), 9U);
}

/// The pages shift; what is seen twice is one fax, and the new ones come along.
void f17_arrivals_while_reading(Clinic& clinic) {
    clinic.put(north_clinic, many);
    begin_mode(clinic.sandbox, "F17");
    clinic.begin();
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_TRUE(clinic.all_struck());
    EXPECT_EQ(clinic.sandbox.oracle().faxes, many + 3U);
    EXPECT_EQ(clinic.asked("efax.image"), many + 3U);
    EXPECT_EQ(clinic.asked("fhir.create"), many + 3U);
}

/// What slips between the pages is found by the window. A fax that is deleted before anybody had it is lost
/// to all, and no reason to stop.
void f18_shrinking_while_reading(Clinic& clinic) {
    clinic.put(north_clinic, many);
    begin_mode(clinic.sandbox, "F18");
    clinic.begin();
    for (int round = 0; round < 6; ++round, clinic.wait(5min))
        EXPECT_EQ(clinic.round().failed, 0U);
    EXPECT_TRUE(clinic.all_struck());
    EXPECT_TRUE(clinic.all_arrived());
    EXPECT_LE(clinic.asked("efax.image"), many + 8U);
}

/// Found by the window.
void f19_read_by_another(Clinic& clinic) {
    clinic.put_some();
    begin_mode(clinic.sandbox, "F19");
    clinic.begin();
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_EQ(clinic.asked("efax.image"), 7U);
    expect_rest(clinic);
}

/// It is noticed and told of, there is an end to the reading, and the rest comes once it is over.
void f20_ignored_paging(Clinic& clinic) {
    clinic.put(north_clinic, many);
    begin_mode(clinic.sandbox, "F20");
    clinic.begin();
    for (int round = 0; round < 3; ++round, clinic.wait(5min))
        clinic.round();
    EXPECT_TRUE(clinic.said("mailbox.list_cut"));
    EXPECT_GE(clinic.sandbox.oracle().communications, 100U);
    EXPECT_LE(clinic.asked("efax.list"), 36U);
    clinic.restyle([](auto& style) {
        style.ignore_offset = false;
        style.ignore_filters = false;
        style.limit = sandbox::LimitStyle::few; // shorter pages than were asked for are no end either
    });
    clinic.put(front_desk, 45);
    EXPECT_TRUE(clinic.all_arrive());
    clinic.restyle([](auto& style) { style.limit = sandbox::LimitStyle::all; });
    clinic.put(north_clinic, many);
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_EQ(clinic.asked("efax.image"), 2U * many + 45U);
}

/// What is no list is an error, an empty page an end, and a full last page neither.
void f21_odd_pages(Clinic& clinic) {
    clinic.put_some();
    clinic.put(front_desk, 97); // a full page, with three from above
    begin_mode(clinic.sandbox, "F21");
    clinic.begin();
    EXPECT_GT(clinic.round().failed, 0U);
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_TRUE(clinic.all_struck());
    for (const auto end : {sandbox::EndStyle::refused, sandbox::EndStyle::empty}) {
        clinic.restyle([&](auto& style) { style.past_end = end; });
        clinic.put_some();
        EXPECT_TRUE(clinic.all_arrive());
    }
    EXPECT_EQ(clinic.asked("efax.image"), 118U);
    EXPECT_LE(clinic.asked("efax.list"), 80U);
}

/// Reads so much and no more, says so, and gets on from poll to poll.
void f22_endless_lists(Clinic& clinic) {
    clinic.config.projects.front().mailboxes.organizations.discover = false;
    clinic.config.projects.front().mailboxes.practitioners.discover = false;
    sandbox::NewFaxes old; // beyond the window, so that one pass alone is endless
    old.count = 103;
    old.size = 3'000;
    old.completed = clinic.sandbox.clock().now() - 80h;
    clinic.sandbox.put_faxes(old);
    begin_mode(clinic.sandbox, "F22");
    clinic.begin();
    clinic.round();
    EXPECT_TRUE(clinic.said("mailbox.list_cut"));
    EXPECT_LE(clinic.asked("efax.list"), 201U);
    if (clinic.preset != "hostile") { // there, pages in another order soon bring nothing new, and end it
        EXPECT_EQ(clinic.sandbox.oracle().communications, 100U);
    }
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_EQ(clinic.asked("efax.image"), 103U);
    EXPECT_LE(clinic.asked("efax.list"), 230U);
}

} // namespace efaxd::matrix
