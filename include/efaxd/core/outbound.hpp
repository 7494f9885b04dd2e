// An outbound Communication as sending needs it, and what is written back to it.
#pragma once

#include "efaxd/core/instant.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace efaxd {

/// Names and numbers are PHI: never logged, never in an error.
struct OutboundRecipient {
    std::string reference; ///< as in the Communication
    std::string name;      ///< for the cover page; may be empty
    std::string number;    ///< E.164: `+` and 8 to 15 digits
};

struct OutboundDocument {
    std::string element;      ///< where it stands, such as `Communication.payload[0]`
    std::string content_type; ///< lower case without parameters; one we can send
    std::string url;          ///< as given; empty for inline data
    std::string data;         ///< base64, when there is no URL
    /// `Type/id` on the FHIR server through which the document is reached, so that a caller's right to it
    /// can be asked for: what a contentReference names, else what the URL is about. Empty for data within
    /// the Communication, and for what lies on other hosts or outside the server's base.
    std::string reference{};
};

struct OutboundCommunication {
    /// Logical id; for a body without one, `~` and the SHA-256 of its first `https://efax.com`-free
    /// identifier, or of the body: such a Communication is on no server, and nothing is written back to it.
    std::string id;
    bool filed() const { return !id.starts_with('~'); }

    std::string version; ///< meta.versionId or ETag; empty if the server tells none
    std::string status;
    std::vector<std::string> fax_ids; ///< values of its identifiers of the eFax system
    std::string claim;                ///< whose claim it carries (see OutboundFhir::claim); empty: nobody's
    std::string user_id;              ///< the sender's eFax user ID, else the project's
    std::string from_name;
    std::string sender;    ///< its reference as given; empty if there is none
    std::string subject;   ///< `topic.text`
    std::string attention; ///< the note that begins with `Attn: `, without that
    std::string message;   ///< the other notes
    std::vector<OutboundRecipient> recipients;
    std::vector<OutboundDocument> documents;
    std::string body; ///< the resource as JSON
};

/// How a Communication stands on the server, for the writing back.
struct CommunicationStanding {
    std::string version;
    std::string status;
    std::vector<std::string> fax_ids;
    std::optional<Instant> sent;
    std::optional<Instant> received;
    std::string reason_code; ///< of statusReason, with our system
    std::string reason_text;
    std::string claim;
    std::string body; ///< the resource as JSON
};

/// What shall be true of the Communication; absent members stay as they are.
struct CommunicationChange {
    std::vector<std::string> fax_ids; ///< all that must be there; those there already stay
    std::optional<Instant> sent;
    std::optional<Instant> received;
    std::optional<std::string> status;
    std::optional<std::string> reason_code; ///< statusReason as a whole; an empty code takes ours away
    std::string reason_text;
    bool unclaim = false; ///< our claim is taken away
};

inline constexpr const char* result_system = "https://efax.com/transmission-result";
inline constexpr const char* submission_system = "https://efax.com/submission-digest";
inline constexpr const char* claim_system = "https://efax.com/sending-claim";

} // namespace efaxd
