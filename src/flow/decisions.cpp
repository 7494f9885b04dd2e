#include "flow/decisions.hpp"

namespace efaxd::flow {

namespace {

Decision refused(std::string text) { return {false, std::move(text)}; }
Decision done(std::string text) { return {true, std::move(text)}; }

bool has_outcome(const Transmission& row) { return row.outcome != SendOutcome::open; }
bool is_unknown(const Transmission& row) { return row.stage == SendStage::submitting; }

/// eFax has never told anything of it under the id it goes by: perhaps a person gave the wrong one.
bool is_never_seen(const Transmission& row) {
    return row.stage == SendStage::submitted && row.reason == "efax.not_visible" && row.status.empty();
}

/// A list may lag behind a submission: only what was looked for in vain again and again is given to a resend.
bool may_resend(const Transmission& row) {
    constexpr int looks_in_vain = 3;
    return is_unknown(row) ? row.held : is_never_seen(row) && (row.held || row.attempts >= looks_in_vain);
}

void settle(Transmission& row, SendOutcome outcome, const char* reason, Instant now) {
    row.stage = SendStage::settled;
    row.outcome = outcome;
    row.reason = reason;
    row.settled = now;
    row.held = false;
    row.attempts = 0;
    row.due = now;
}

} // namespace

Decision cancel(Transmission& row, Instant now) {
    if (has_outcome(row))
        return refused("it has ended already");
    if (row.stage == SendStage::submitted) {
        row.cancel = true;
        row.held = false;
        row.due = now;
        return done("eFax is asked to cancel it; its status will tell");
    }
    if (!is_unknown(row)) {
        settle(row, SendOutcome::cancelled, "operator.cancel", now);
        return done("cancelled; eFax never had it");
    }
    if (!row.held)
        return refused("it is not known yet whether eFax has it: wait until it is found or held");
    settle(row, SendOutcome::failed, "operator.given_up", now);
    return done("given up; it may have gone out");
}

Decision confirm(Transmission& row, const std::string& fax_id, Instant now) {
    if (is_never_seen(row) && !fax_id.empty())
        return refused("it goes by an id already, which the ledger keeps: resend it, or say that it arrived");
    if (!is_unknown(row) && !is_never_seen(row))
        return refused("its outcome is not unknown: there is nothing to confirm");
    if (!row.submitted)
        row.submitted = row.begun.value_or(row.accepted);
    row.told = false;
    if (fax_id.empty()) {
        settle(row, SendOutcome::completed, "operator.confirmed", now);
        return done("it counts as arrived");
    }
    row.fax_id = fax_id;
    row.stage = SendStage::submitted;
    row.held = false;
    row.attempts = 0;
    row.reason.clear();
    row.due = now;
    return done("it is followed at eFax");
}

Decision resend(Transmission& row, Instant now) {
    if (!may_resend(row))
        return refused(
            "only a fax held with an unknown outcome, or one that eFax does not know under its id, "
            "can be sent again; for another, make a new Communication");
    row.stage = SendStage::prepared;
    ++row.round;
    row.held = false;
    row.attempts = 0;
    row.reason = "operator.resend";
    row.fax_id.clear();
    row.status.clear();
    row.begun.reset();
    row.submitted.reset();
    row.accepted = now;
    row.due = now;
    return done("it is submitted again; if the first one went out, it arrives twice");
}

Decision hold(Transmission& row) {
    if (row.stage >= SendStage::submitting)
        return refused("it is with eFax already, or may be: cancel it instead");
    row.held = true;
    row.due.reset();
    row.reason = "operator.hold";
    return done("it is held until a retry");
}

Decision retry(Transmission& row, Instant now) {
    if (has_outcome(row))
        return refused("it has ended already");
    if (row.held && row.stage < SendStage::submitting)
        row.accepted = now;
    row.held = false;
    row.attempts = 0;
    row.due = now;
    return done(is_unknown(row) ? "eFax is asked about it again" : "it is tried now");
}

} // namespace efaxd::flow
