// What callers of $send-efax are told.
#include "app/sent_answer.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace efaxd::app {
namespace {

Transmission row(SendStage stage, SendOutcome outcome = SendOutcome::open, const std::string& reason = {}) {
    Transmission made;
    made.stage = stage;
    made.outcome = outcome;
    made.reason = reason;
    if (stage >= SendStage::submitted && outcome != SendOutcome::failed)
        made.fax_id = "fax-1";
    return made;
}

int status_of(const std::vector<Transmission>& rows) {
    const auto answer = refusal_for(rows);
    return answer ? answer->status : 0;
}

TEST(SentAnswer, is_a_refusal_only_if_nothing_went_out) {
    const auto refused = row(SendStage::reported, SendOutcome::failed, "efax.submission_refused");
    EXPECT_EQ(status_of({refused}), 422);
    EXPECT_EQ(status_of({refused, row(SendStage::submitted)}), 0);
    EXPECT_EQ(status_of({refused, row(SendStage::prepared)}), 0) << "the other may still go out";
    EXPECT_EQ(status_of({row(SendStage::accepted)}), 0);
}

TEST(SentAnswer, says_what_is_in_the_way_and_calls_only_that_unreachable_which_is) {
    const auto answer = [](const char* reason) { return answer_for(Fault(Fault::Kind::passing, reason)); };
    const auto says = [](const serve::Answer& told, const char* what) {
        return told.body.find(what) != std::string::npos;
    };
    EXPECT_TRUE(says(answer("fhir.unreachable"), "cannot be reached"));
    EXPECT_EQ(answer("fhir.unreachable").status, 503);
    EXPECT_TRUE(says(answer("fhir.forbidden"), "efaxd itself is not permitted"));
    EXPECT_EQ(answer("fhir.forbidden").status, 500);
    for (const char* const full : {"ledger.full", "spool.full"}) {
        EXPECT_TRUE(says(answer(full), "no room left on efaxd's disk")) << full;
        EXPECT_FALSE(says(answer(full), "cannot be reached")) << full;
    }
}

TEST(SentAnswer, is_a_conflict_while_the_outcome_is_unknown) {
    EXPECT_EQ(status_of({row(SendStage::submitting)}), 409);
    EXPECT_EQ(status_of({row(SendStage::submitted), row(SendStage::submitting)}), 0);
}

TEST(SentAnswer, names_the_document_or_the_recipient) {
    const auto text = [](const std::string& reason) {
        const std::vector<Transmission> rows{row(SendStage::reported, SendOutcome::failed, reason)};
        return refusal_for(rows)->body;
    };
    EXPECT_NE(text("send.document_gone").find("\"not-found\""), std::string::npos);
    EXPECT_NE(text("document.unconvertible").find("Communication.payload[0]"), std::string::npos);
    EXPECT_NE(text("efax.submission_refused").find("Communication.recipient[0]"), std::string::npos);
    EXPECT_EQ(text("send.document_gone").find("\"id\""), std::string::npos) << "it is not the integration";
}

TEST(SentAnswer, counts_what_was_looked_at) {
    auto waiting = row(SendStage::submitted);
    waiting.attempts = 1;
    const std::vector<Transmission> rows{row(SendStage::reported, SendOutcome::completed),
                                         row(SendStage::settled, SendOutcome::failed), waiting};
    const auto synced = count_synced(rows);
    EXPECT_EQ(synced.checked, 3);
    EXPECT_EQ(synced.completed, 1);
    EXPECT_EQ(synced.failed, 1);
    EXPECT_EQ(synced.pending, 1);
    EXPECT_EQ(synced.errors, 1);
}

} // namespace
} // namespace efaxd::app
