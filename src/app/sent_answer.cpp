#include "app/sent_answer.hpp"

#include "flow/write_back.hpp"

#include <algorithm>
#include <string>

namespace efaxd::app {

namespace {

bool went_out(const Transmission& row) { return row.submitted.has_value() || !row.fax_id.empty(); }

/// The issue code and element for a fax that was refused before it went out.
serve::Answer refused(const Transmission& row) {
    const std::string at = '[' + std::to_string(row.key.recipient) + ']';
    const std::string text = flow::sentence_for(row) + " (" + row.reason + ')';
    if (row.reason == "send.document_gone")
        return serve::outcome(422, "not-found", text, "Communication.payload[0]");
    if (row.reason.starts_with("send.document") || row.reason == "send.bad_document" ||
        row.reason == "send.unsupported_document" || row.reason.starts_with("document.") ||
        row.reason == "efax.too_large_to_send")
        return serve::outcome(422, "not-supported", text, "Communication.payload[0]");
    return serve::outcome(422, "business-rule", text, "Communication.recipient" + at);
}

} // namespace

std::optional<serve::Answer> refusal_for(std::span<const Transmission> rows) {
    if (std::ranges::any_of(rows, went_out))
        return std::nullopt;
    const auto unknown = std::ranges::find(rows, SendStage::submitting, &Transmission::stage);
    if (unknown != rows.end())
        return serve::outcome(
            409, "conflict",
            "It is not known yet whether eFax has taken this fax. efaxd finds out by itself; "
            "do not send it again.");
    const auto failed = std::ranges::find_if(rows, [](const Transmission& row) {
        return row.outcome == SendOutcome::failed || row.outcome == SendOutcome::cancelled;
    });
    if (failed != rows.end() && flow::all_settled(rows))
        return refused(*failed);
    return std::nullopt;
}

serve::Answer answer_for(const Fault& fault) {
    if (fault.kind ==
        Fault::Kind::unknown) // filing a Communication: it may be there, and a repeat would make two
        return serve::outcome(
            409, "conflict",
            "It is not known whether the FHIR server has stored the Communication. Look for it "
            "there before you try again; nothing was sent.");
    if (fault.reason == "fhir.unauthorized" || fault.reason == "secret.unreadable")
        return serve::outcome(500, "exception",
                              "efaxd cannot reach the FHIR server with its own credentials (" + fault.reason +
                                  ").");
    if (fault.reason == "fhir.forbidden")
        return serve::outcome(500, "exception",
                              "efaxd itself is not permitted to do this on the FHIR server (fhir.forbidden). "
                              "Nothing was sent; ask the administrator to grant it the right.");
    if (fault.reason == "ledger.full" || fault.reason == "spool.full")
        return serve::outcome(503, "no-store",
                              "There is no room left on efaxd's disk (" + fault.reason +
                                  "). Nothing was sent; ask the administrator to make room, then try again.");
    return serve::outcome(503, "transient",
                          "The FHIR server or eFax cannot be reached at present (" + fault.reason +
                              "). Nothing was sent; try again later.");
}

bool all_submitted(std::span<const Transmission> rows) { return std::ranges::all_of(rows, went_out); }

serve::Synced count_synced(std::span<const Transmission> rows) {
    serve::Synced synced;
    synced.checked = static_cast<std::int64_t>(rows.size());
    for (const Transmission& row : rows) {
        if (row.outcome == SendOutcome::completed)
            ++synced.completed;
        else if (row.outcome != SendOutcome::open)
            ++synced.failed;
        else
            ++synced.pending;
        if (row.outcome == SendOutcome::open && (row.held || row.attempts > 0))
            ++synced.errors;
    }
    return synced;
}

} // namespace efaxd::app
