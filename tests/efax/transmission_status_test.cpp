#include "efax/transmission_status.hpp"

#include "efax/scripted_efax.hpp"

#include <gtest/gtest.h>

namespace efaxd::efax {

using namespace testing;
using State = SendStatus::State;

namespace {

SendStatus read(const std::string& body) { return read_status(body, fax_id(1)); }

std::string code_in(const std::string& json) {
    return read(R"({"transmission_data":{"transmission_status":"ERROR","error_code":)" + json + "}}").code;
}

constexpr Instant five_past{std::chrono::sys_days{std::chrono::year{2026} / 10 / 3} + 14h + 5min};

} // namespace

TEST(TransmissionStatus, knows_every_spelling_of_a_state) {
    const std::vector<std::pair<State, std::vector<std::string>>> states = {
        {State::queued, {"NEW", "new"}},
        {State::sending, {"IN PROGRESS", "INPROGRESS", "IN_PROGRESS", "INPROGESS", "In-Progress"}},
        {State::retrying, {"PENDING RETRY", "PENDING_RETRY", "PENDINGRETRY"}},
        {State::completed, {"COMPLETE", "COMPLETED", "completed"}},
        {State::failed, {"ERROR", "Error"}},
        {State::cancelled, {"CANCELED", "CANCELLED"}},
        {State::unknown, {"", "DONE", "COMPLETELY", "SENT"}}};
    for (const auto& [state, words] : states)
        for (const std::string& word : words)
            EXPECT_EQ(state_of(word), state) << word;
}

TEST(TransmissionStatus, reads_the_details_of_a_transmission) {
    const SendStatus status = read(R"({"fax_id":")" + fax_id(1) + R"(","direction":"OUTBOUND",
        "transmission_data":{"transmission_status":"ERROR",
            "completed_timestamp":"2026-10-03T14:05:00.000+0000","error_code":"E41",
            "error_message":"busy","total_pages_sent":1,"total_duration":52},
        "attempts":[{"attempt_number":1},{"attempt_number":2}]})");
    EXPECT_EQ(status, (SendStatus{State::failed, "E41", 1, 2, five_past}));
}

TEST(TransmissionStatus, reads_the_metadata_of_an_ended_fax) {
    const SendStatus status = read(R"({"fax_id":")" + fax_id(1) + R"(","pages":3,
        "completed_timestamp":"2026-10-03T14:05:00Z",
        "transmission_data":{"transmission_status":"COMPLETE","billable_retries":null,"error_code":"0",
            "error_message":"OK"}})");
    EXPECT_EQ(status, (SendStatus{State::completed, "", 3, 0, five_past}));
}

TEST(TransmissionStatus, reads_wrapped_flat_missing_and_oddly_typed_members) {
    EXPECT_EQ(read(R"([{"transmission_data":[{"transmission_status":"COMPLETED","total_pages_sent":"4",
                  "completed_timestamp":"soon","error_code":null}],"attempts":{"attempt_number":1}}])"),
              (SendStatus{State::completed, "", 4, 1, {}}));
    EXPECT_EQ(read(R"({"transmission_status":"PENDING RETRY","error_code":"E42","attempts":"3","pages":9})"),
              (SendStatus{State::retrying, "E42", 0, 3, {}}));
    for (const std::string body :
         {"{}", R"({"transmission_data":null,"attempts":null})", R"({"transmission_data":[]})",
          R"({"transmission_data":"x","attempts":-1,"fax_id":null})",
          R"({"transmission_data":{"transmission_status":7,"total_pages_sent":-1}})"})
        EXPECT_EQ(read(body), SendStatus()) << body;
}

TEST(TransmissionStatus, gives_no_time_to_a_fax_under_way) {
    EXPECT_FALSE(read(R"({"completed_timestamp":"2026-10-03T14:05:00Z",
                      "transmission_data":{"transmission_status":"IN PROGRESS"}})")
                     .completed);
}

TEST(TransmissionStatus, gives_only_codes_that_are_codes) {
    EXPECT_EQ(code_in(R"("E53")"), "E53");
    EXPECT_EQ(code_in(R"("e53")"), "E53");
    EXPECT_EQ(code_in("53"), "53");
    for (const std::string none : {R"("SFAX")", R"("sfax")", R"("")", R"("0")", "0", "null", R"("OK")",
                                   R"("call 13035550123")", R"("ABCDEFGHIJKLMNOPQ")", "{}", "-1"})
        EXPECT_EQ(code_in(none), "") << none;
}

TEST(TransmissionStatus, refuses_what_is_not_about_this_fax) {
    for (const std::string& body :
         {std::string("x"), std::string("[]"), std::string("7"), R"({"fax_id":")" + fax_id(2) + R"("})",
          std::string(R"({"errors":[{"error_code":"100"}]})")})
        EXPECT_EQ(reason_from([&] { read(body); }), "efax.bad_reply") << body;
}

} // namespace efaxd::efax
