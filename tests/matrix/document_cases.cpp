// F23 to F28 and F32: images that are not there, marks and deletions that fail, and records that disagree.
#include "matrix/cases.hpp"
#include "sandbox/modes.hpp"

#include <algorithm>

namespace efaxd::matrix {

using sandbox::begin_mode;
using sandbox::FaultKind;

/// Asked for again until it is there.
void f23_not_ready_yet(Clinic& clinic) {
    clinic.put_some();
    begin_mode(clinic.sandbox, "F23");
    clinic.begin();
    EXPECT_EQ(clinic.round().waiting, 1U);
    EXPECT_EQ(clinic.sandbox.oracle().communications, 7U);
    for (int minute = 0; minute < 5; ++minute, clinic.wait(1min))
        EXPECT_EQ(clinic.round().waiting, 1U);
    EXPECT_LE(clinic.asked("efax.image"), 7U + 6U);
    EXPECT_TRUE(clinic.all_arrive());
}

/// A person is told, soon where eFax itself says that there is none, after a day where it does not.
void f24_no_image(Clinic& clinic) {
    clinic.put_some();
    begin_mode(clinic.sandbox, "F24");
    const auto never = clinic.sandbox.efax().store().faxes().back().id;
    const auto missing = clinic.put(front_desk).front();
    sandbox::FaultRule rule;
    rule.endpoint = "efax.any";
    rule.status = 404;
    rule.count = -1;
    rule.contains = missing;
    clinic.sandbox.faults().add(rule);
    clinic.begin();
    clinic.round();
    // Without fax_status in the lists it looks like any other image that is not there.
    for (int hour = 0; hour < 26; ++hour, clinic.wait(1h))
        EXPECT_EQ(clinic.round().failed, 0U);
    for (const auto& fax : {never, missing}) {
        EXPECT_TRUE(clinic.row(fax).held);
        EXPECT_EQ(clinic.row(fax).reason, "efax.image_missing");
        EXPECT_LE(clinic.asked("efax.image", 0, fax), 54U);
        EXPECT_LE(clinic.asked("efax.pages", 0, fax), 3U * 26U) << "where the list says no number of pages";
    }
    const auto from = clinic.mark();
    for (int hour = 0; hour < 3; ++hour, clinic.wait(1h))
        EXPECT_EQ(clinic.round().held.size(), 2U);
    EXPECT_EQ(clinic.changes(from), 0U) << "what is held is left alone";
    clinic.sandbox.faults().clear();
    clinic.release(missing);
    clinic.round();
    EXPECT_TRUE(clinic.all_arrived());
}

/// Fetched page by page and delivered as one PDF of all pages.
void f25_long_faxes(Clinic& clinic) {
    begin_mode(clinic.sandbox, "F25");
    clinic.put(front_desk);
    clinic.begin();
    EXPECT_TRUE(clinic.all_arrive(2));
    EXPECT_LE(clinic.asked("efax.image"), 1U + 2U * 2U);
    EXPECT_LE(clinic.asked("efax.pages"), 2U * 7U);
}

/// The fax is delivered and stays so; the mark is tried again, and never again once it was answered.
void f26_failed_marks(Clinic& clinic) {
    clinic.put_some();
    begin_mode(clinic.sandbox, "F26");
    clinic.begin();
    clinic.round();
    EXPECT_EQ(clinic.sandbox.oracle().communications, 7U);
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_TRUE(clinic.all_struck());
    EXPECT_EQ(clinic.asked("efax.patch"), 8U);
    for (int round = 0; round < 3; ++round, clinic.wait(5min))
        clinic.round();
    EXPECT_EQ(clinic.asked("efax.image"), 7U) << "three are listed as unread still";
    EXPECT_EQ(clinic.asked("fhir.create"), 7U);
    EXPECT_TRUE(clinic.all_arrived());
}

/// Tried again; a fax that is listed after its deletion is not received twice.
void f27_failed_deletions(Clinic& clinic) {
    clinic.config.projects.front().receive.delete_after = 2h;
    clinic.put_some();
    begin_mode(clinic.sandbox, "F27");
    clinic.begin();
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_EQ(clinic.asked("efax.delete"), 0U);
    clinic.wait(3h);
    for (int round = 0; round < 4; ++round, clinic.wait(20min))
        EXPECT_EQ(clinic.round().failed, 0U);
    EXPECT_TRUE(clinic.all_struck());
    EXPECT_EQ(clinic.asked("efax.delete"), 9U);
    const auto faxes = clinic.sandbox.efax().store().faxes();
    EXPECT_EQ(std::ranges::count_if(faxes, [](const auto& fax) { return fax.deleted; }), 5);
    EXPECT_EQ(clinic.asked("efax.image"), 7U);
    EXPECT_EQ(clinic.asked("fhir.create"), 7U);
    EXPECT_TRUE(clinic.all_arrived());
}

/// What the list said is kept, and the document is taken as it is.
void f28_disagreeing_metadata(Clinic& clinic) {
    clinic.put_some();
    begin_mode(clinic.sandbox, "F28");
    clinic.begin();
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_EQ(clinic.asked("efax.image"), 8U);
    EXPECT_EQ(clinic.asked("efax.patch"), 8U);
}

/// Two faxes, two Communications.
void f32_same_document(Clinic& clinic) {
    begin_mode(clinic.sandbox, "F32");
    clinic.begin();
    EXPECT_TRUE(clinic.all_arrive());
    EXPECT_EQ(clinic.sandbox.oracle().communications, 2U);
    const auto rows = clinic.rows();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_NE(rows[0].binary_id, rows[1].binary_id);
    EXPECT_EQ(rows[0].document, rows[1].document);
}

} // namespace efaxd::matrix
