#include "ctl/views.hpp"

#include "ctl/facts.hpp"
#include "ctl/fields.hpp"

namespace efaxd::ctl {

namespace {

using json::Value;
using Narrow = Column::Narrow;

std::string outcome_of(const Value& transmission) {
    const std::string outcome = text(transmission, "outcome");
    return outcome == "open" ? std::string() : outcome;
}

/// The outcome once there is one: then the stage tells only whether it was written back.
std::string state_of(const Value& transmission) {
    const std::string outcome = outcome_of(transmission);
    return outcome.empty() ? text(transmission, "stage") : outcome;
}

std::string next_of(const Value& transmission, const Look& look) {
    if (flag(transmission, "held"))
        return "held";
    const auto due = time(transmission, "due");
    if (!due)
        return "–";
    return *due <= look.now ? "due" : relative(*due, look.now);
}

std::string why_of(const Value& transmission) {
    const std::string code = text(transmission, "code");
    if (code.empty())
        return text(transmission, "reason");
    const std::string sentence = text(transmission, "text");
    return sentence.empty() ? code : code + ": " + sentence;
}

Paint paint_of(const Value& transmission) {
    if (flag(transmission, "held"))
        return Paint::bad;
    const bool failing = count(transmission, "attempts") > 0 || text(transmission, "outcome") == "failed";
    return failing ? Paint::warn : Paint::none;
}

std::string documents_of(const Value& transmission) {
    const Value documents = transmission["documents"];
    return count(documents, "count") > 0
               ? number(documents, "count") + ", " + byte_size(count(documents, "bytes"))
               : std::string();
}

/// Only for what a person must decide.
std::string advice_for(const Value& transmission) {
    if (!flag(transmission, "held"))
        return {};
    if (text(transmission, "stage") == "submitting")
        return "it may have gone out: look for it in the eFax portal, then confirm, resend or cancel it";
    if (text(transmission, "reason") == "efax.not_visible")
        return "eFax does not know it under its id: look for it in the eFax portal, then confirm that it "
               "arrived, or resend it";
    return "mend the cause, then retry it; or cancel it";
}

} // namespace

Table transmission_table(const Look& look) {
    return Table({{"TRANSMISSION", false, Narrow::keep},
                  {"STATE", false, Narrow::keep},
                  {"NEXT", false, Narrow::keep},
                  {"ACCEPTED", false, Narrow::drop},
                  {"TRIES", true, Narrow::drop},
                  {"RECIPIENT", false, Narrow::drop},
                  {"REASON", false, Narrow::cut}},
                 look.width, look.colour);
}

void add_transmission(Table& table, const Value& transmission, const Look& look) {
    const auto accepted = time(transmission, "accepted");
    table.row({text(transmission, "id"), state_of(transmission), next_of(transmission, look),
               accepted ? relative(*accepted, look.now) : "–", number(transmission, "tries"),
               text(transmission, "recipient"), why_of(transmission)},
              paint_of(transmission));
}

std::string transmission_view(const Value& transmission, const Look& look) {
    return facts_text({{"transmission", text(transmission, "id")},
                       {"communication", text(transmission, "communication")},
                       {"recipient", text(transmission, "recipient")},
                       {"user id", text(transmission, "user_id")},
                       {"stage", text(transmission, "stage")},
                       {"outcome", outcome_of(transmission)},
                       {"held", flag(transmission, "held") ? "for a person" : ""},
                       {"do", advice_for(transmission)},
                       {"reason", text(transmission, "reason")},
                       {"result", text(transmission, "code")},
                       {"meaning", text(transmission, "text")},
                       {"status at eFax", text(transmission, "status")},
                       {"failed tries", number_if(transmission, "attempts")},
                       {"next try", moment(transmission, "due", look)},
                       {"accepted", moment(transmission, "accepted", look)},
                       {"last begun", moment(transmission, "begun", look)},
                       {"submitted", moment(transmission, "submitted", look)},
                       {"settled", moment(transmission, "settled", look)},
                       {"documents", documents_of(transmission)},
                       {"pages sent", number_if(transmission, "pages")},
                       {"tries of eFax", number_if(transmission, "tries")},
                       {"submission", count(transmission, "round") > 1 ? number(transmission, "round") : ""},
                       {"fax id", text(transmission, "fax_id")}},
                      look);
}

} // namespace efaxd::ctl
