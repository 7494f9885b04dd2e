#include "flow/write_back.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace efaxd::flow {

namespace {

using Sentence = std::pair<std::string_view, std::string_view>;

constexpr std::array<Sentence, 18> sentences{{
    {"send.outcome_unknown", "It is not known whether this fax went out; an administrator has to find out."},
    {"send.sent_already", "The Communication carries the id of a fax that efaxd did not send."},
    {"send.claimed_elsewhere", "Another efaxd sends this Communication."},
    {"send.expired", "The fax could not be handed over to eFax in time and was given up."},
    {"send.no_final_state", "eFax never said how this fax ended."},
    {"send.wrong_status", "The Communication was ended before the fax went out."},
    {"send.recipient_removed", "The recipient was removed before the fax went out."},
    {"send.document_gone", "The document is not on the server any more."},
    {"send.document_too_large", "The document is larger than eFax accepts."},
    {"send.bad_document", "The document is damaged or of a kind that cannot be faxed."},
    {"send.unsupported_document", "The document is of a kind that cannot be faxed."},
    {"send.no_fax_number", "The recipient has no usable fax number."},
    {"document.unconvertible", "The picture is damaged or too large to be faxed."},
    {"efax.submission_refused", "eFax refuses this fax; the number or the document may be wrong."},
    {"efax.too_large_to_send", "The document is larger than eFax accepts."},
    {"operator.cancel", "The fax was cancelled."},
    {"operator.given_up", "It is not known whether this fax went out; an administrator gave it up."},
    {"operator.hold", "An administrator holds this fax."},
}};

bool is_terminal(std::string_view status) {
    return status != "preparation" && status != "in-progress" && status != "on-hold" && !status.empty();
}

bool is_news_worthy(const Transmission& row) {
    return row.held || row.outcome == SendOutcome::failed || row.outcome == SendOutcome::cancelled;
}

std::string code_for(const Transmission& row) {
    if (!row.code.empty())
        return row.code;
    return row.reason.empty() ? std::string(name_of(row.outcome)) : row.reason;
}

/// One recipient: the sentence alone. Several: each by its reference.
std::string reason_text(std::span<const Transmission> rows) {
    if (rows.size() == 1)
        return sentence_for(rows.front());
    const auto arrived = std::ranges::count(rows, SendOutcome::completed, &Transmission::outcome);
    std::string text = std::to_string(arrived) + " of " + std::to_string(rows.size()) + " arrived.";
    for (const Transmission& row : rows)
        if (is_news_worthy(row))
            text += ' ' + row.recipient + ": " + sentence_for(row);
    return text;
}

Instant last_arrival(std::span<const Transmission> rows) {
    Instant last{};
    for (const Transmission& row : rows)
        last = std::max(last, row.settled.value_or(Instant{}));
    return last;
}

void put_facts(std::span<const Transmission> rows, const CommunicationStanding& standing,
               CommunicationChange& change) {
    for (const Transmission& row : rows) {
        if (!row.fax_id.empty())
            change.fax_ids.push_back(row.fax_id);
        if (row.submitted && !standing.sent && (!change.sent || *row.submitted < *change.sent))
            change.sent = row.submitted;
    }
}

void put_reason(std::span<const Transmission> rows, const CommunicationStanding& standing,
                CommunicationChange& change) {
    const auto worst = std::ranges::find_if(rows, is_news_worthy);
    if (worst != rows.end()) {
        change.reason_code = code_for(*worst);
        change.reason_text = reason_text(rows);
    } else if (!standing.reason_code.empty()) {
        change.reason_code = "";
    }
}

void put_status(std::span<const Transmission> rows, CommunicationChange& change) {
    const bool completed = std::ranges::all_of(
        rows, [](const Transmission& row) { return row.outcome == SendOutcome::completed; });
    const bool under_way =
        std::ranges::any_of(rows, [](const Transmission& row) { return row.submitted.has_value(); });
    if (completed) {
        change.status = "completed";
        change.received = last_arrival(rows);
    } else if (all_settled(rows)) {
        change.status = "stopped";
    } else if (under_way) {
        change.status = "in-progress";
    }
}

} // namespace

bool all_settled(std::span<const Transmission> rows) {
    return std::ranges::all_of(rows,
                               [](const Transmission& row) { return row.outcome != SendOutcome::open; });
}

bool has_news(const Transmission& row) {
    if (row.stage == SendStage::settled)
        return row.due.has_value();
    return !row.told &&
           (row.stage == SendStage::submitted || (row.held && row.stage == SendStage::submitting));
}

CommunicationChange change_for(std::span<const Transmission> rows, const CommunicationStanding& standing,
                               const std::string& installation) {
    CommunicationChange change;
    put_facts(rows, standing, change);
    // Only the end of all recipients stops it on our side: until then a stop is the doing of staff.
    const bool stopped_by_us =
        standing.status == "stopped" && !standing.reason_code.empty() && all_settled(rows);
    const bool ours = !is_terminal(standing.status) || stopped_by_us;
    if (ours) {
        put_reason(rows, standing, change);
        put_status(rows, change);
    }
    change.unclaim = standing.claim == installation && (!change.fax_ids.empty() || all_settled(rows));
    return change;
}

std::string sentence_for(const Transmission& row) {
    if (!row.code.empty())
        return std::string(result_of(row.code).sentence) + " (" + row.code + ')';
    const auto found = std::ranges::find(sentences, std::string_view(row.reason), &Sentence::first);
    if (found != sentences.end())
        return std::string(found->second);
    if (row.outcome == SendOutcome::cancelled)
        return "The fax was cancelled.";
    return row.outcome == SendOutcome::completed ? "The fax arrived." : "The fax could not be sent.";
}

} // namespace efaxd::flow
