// The FHIR server as sending needs it. One per project; safe from any thread.
#pragma once

#include "efaxd/core/outbound.hpp"
#include "efaxd/ports/fax_service.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd {

/// What a caller's own credentials are good for.
enum class CallerRight {
    granted,
    unknown,   ///< the server does not accept them (401)
    forbidden, ///< they are good, but not for this (403)
    not_found, ///< the server shows no such resource to this caller (404, 410)
};

enum class Written { done, unchanged, stale, gone };

/// An outbound fax Communication that is in-progress.
struct InProgress {
    std::string id;
    bool sent = false;              ///< it carries an identifier of the eFax system
    std::optional<Instant> changed; ///< when it was last written, if the server says so
};

/// Every verb may throw Fault and Stopped; `read` also Refusal.
class OutboundFhir {
  public:
    virtual ~OutboundFhir() = default;

    /// The Communication and all that it refers to: the sender's user ID, the recipients' numbers, the
    /// documents (not their bytes). Past any cache. Throws Refusal for whatever speaks against sending it.
    /// `id` is a logical id on this server.
    virtual OutboundCommunication read(const std::string& id, std::stop_token stop) = 0;

    /// The same for a body that came with a call. One with an id is read from the server, whose version
    /// counts; one without is taken as it is (see OutboundCommunication::id).
    virtual OutboundCommunication read_body(std::string_view body, std::stop_token stop) = 0;

    /// Puts a Communication that is on no server (its id is `~` and a digest) on ours, with the further
    /// identifier {submission_system, digest}, unless one with that identifier is there (If-None-Exist;
    /// searched for first). Returns its logical id. Repeating it makes no second one as long as one caller at
    /// a time does.
    virtual std::string file(const OutboundCommunication& communication, std::stop_token stop) = 0;

    /// Streams a document's bytes. Our credentials go to the FHIR server's own origin only; other hosts must
    /// be allowed in the configuration. Throws Refusal if the document is not there (404, 410) or may not be
    /// fetched from where it lies.
    virtual void fetch(const OutboundDocument& document, const DocumentSink& sink, std::stop_token stop) = 0;

    /// How the Communication stands; nothing if it is gone.
    virtual std::optional<CommunicationStanding> standing(const std::string& id, std::stop_token stop) = 0;

    /// Makes the change, with `If-Match` on the version of `known`. `stale`: somebody else wrote meanwhile,
    /// read again. Writes nothing, `unchanged`, if all is so already.
    virtual Written change(const std::string& id, const CommunicationStanding& known,
                           const CommunicationChange& change, std::stop_token stop) = 0;

    /// Marks the Communication as being sent by this installation, with `If-Match`, and reads it again. False
    /// unless the first claim there is ours.
    virtual bool claim(const std::string& id, const std::string& installation, std::stop_token stop) = 0;

    /// Outbound fax Communications that are in-progress: those that wait to be sent, and those that somebody
    /// has sent. Oldest first, a few hundred of either at most.
    virtual std::vector<InProgress> in_progress(std::stop_token stop) = 0;

    /// Asks the server whether it accepts a caller's `Authorization` value: for reading the resource, or,
    /// with an empty reference, for searching Communications.
    virtual CallerRight check_caller(const std::string& authorization, const std::string& reference,
                                     std::stop_token stop) = 0;
};

} // namespace efaxd
