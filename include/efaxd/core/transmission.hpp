// One outbound fax to one number, and how far it has come.
#pragma once

#include "efaxd/core/document.hpp"
#include "efaxd/core/fax.hpp"
#include "efaxd/core/instant.hpp"

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd {

/// What a transmission is known by, for ever: sending one Communication twice sends nothing twice.
struct TransmissionKey {
    std::string project;
    std::string communication; ///< its logical id on the project's FHIR server
    int recipient = 0;         ///< position in Communication.recipient, from 0

    auto operator<=>(const TransmissionKey&) const = default;
};

/// Each stage is a fact already true.
enum class SendStage {
    accepted,   ///< the ledger has the row; nothing was asked of eFax
    prepared,   ///< its documents are on our disk, synced, as PDF
    submitting, ///< a POST was begun, and how it ended is not known
    submitted,  ///< eFax has it, its id is recorded
    settled,    ///< it has an outcome, which will not change any more
    reported,   ///< the Communication carries the outcome; or cannot, and never will
};

inline constexpr SendStage all_send_stages[] = {SendStage::accepted,   SendStage::prepared,
                                                SendStage::submitting, SendStage::submitted,
                                                SendStage::settled,    SendStage::reported};

std::string_view name_of(SendStage stage);
std::optional<SendStage> send_stage_of(std::string_view name);

enum class SendOutcome {
    open,      ///< none yet
    completed, ///< all pages arrived
    failed,    ///< refused, expired, or eFax gave up
    cancelled, ///< by a person
};

std::string_view name_of(SendOutcome outcome);

/// One row of the outbox. *Waiting* while it has a due time, *held* while a person must decide, and *over*
/// when neither. The number is PHI: never logged or shown, and forgotten once reported.
///
/// Stages move forward only, but for two cases: from `submitting` back to `prepared` when eFax has certainly
/// not taken the fax; and to `prepared` with a higher `round`. An outcome changes only with a higher round.
struct Transmission {
    TransmissionKey key;
    SendStage stage = SendStage::accepted;

    std::optional<Instant> due; ///< not before; nothing: no step is left
    bool held = false;          ///< only a person moves it on
    int attempts = 0;           ///< failed tries since the stage last moved
    std::string reason;         ///< code of the last fault or of the outcome, empty after success
    Instant accepted{}; ///< or when a person last set it going again, or it was last on hold by the mode
    std::optional<Instant> begun;     ///< when the POST of this round was last begun
    std::optional<Instant> submitted; ///< when eFax took it
    std::optional<Instant> settled;   ///< when the outcome became known; for `completed`, eFax's own time

    std::string user_id;             ///< the sender's eFax user ID
    std::string recipient;           ///< reference of the recipient, such as `Organization/1`
    std::string number;              ///< E.164
    std::string destination;         ///< keyed digest of the number, which stays
    int round = 1;                   ///< submissions meant to be different: raised by a resend only
    std::vector<Document> documents; ///< in the spool, from `prepared` on

    std::string fax_id; ///< eFax's, as it spelled it
    std::string status; ///< eFax's last live status: `queued`, `sending`, `retrying`; `cancelling` once eFax
                        ///< was asked to cancel; empty if none
    std::string code;   ///< eFax's result code, such as `E41`
    int pages = 0;      ///< sent, as far as eFax says
    int tries = 0;      ///< of eFax itself
    SendOutcome outcome = SendOutcome::open;
    bool told = false;   ///< the Communication carries `fax_id` and the time of submission
    bool cancel = false; ///< a person wants it cancelled
    std::string payload; ///< digest of what the Communication had attached when the documents were fetched

    bool over() const { return !due && !held; }
    bool operator==(const Transmission&) const = default;
};

/// Where the n-th document of a transmission is spooled; can be no received fax's key.
FaxKey document_key(const TransmissionKey& key, std::size_t document);

/// What a result code of eFax means (efax-api 5.5).
struct TransmissionResult {
    std::string_view sentence; ///< for a clerk; a general one for an unknown code
    bool may_retry = false;    ///< sending again may help and can harm nobody
};
TransmissionResult result_of(std::string_view code);

} // namespace efaxd
