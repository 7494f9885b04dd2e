// From whom a Communication comes.
#pragma once

#include "fhir/referred.hpp"

#include <string>

namespace efaxd::fhir {

struct Sender {
    std::string user_id;
    std::string name; ///< for the cover page; may be empty
};

/// The eFax user ID of a sender that lies on the server, else `otherwise`. Throws a Refusal `send.no_sender`
/// if both are missing, and as Reader does.
Sender sender_of(json::Value communication, Referred& referred, const std::string& otherwise, Instant now);

} // namespace efaxd::fhir
