// What a change to a Communication looks like on the wire.
#pragma once

#include "efaxd/core/outbound.hpp"

#include <string>
#include <vector>

namespace efaxd::fhir {

/// One top-level member that changes.
struct Edit {
    enum class Kind { set, append, remove };
    Kind kind = Kind::set;
    std::string member;
    std::string value{}; ///< JSON: the new value, or the array's new element

    bool operator==(const Edit&) const = default;
};

/// What must be edited so that the change is true; empty if all is so already. Throws a passing Fault
/// `fhir.bad_reply` if the body is no JSON object.
std::vector<Edit> edits_for(const CommunicationStanding& known, const CommunicationChange& change);

/// What marks the Communication as ours to send.
std::vector<Edit> edits_for_claim(const CommunicationStanding& known, const std::string& installation);

/// What makes a Communication that we file ourselves known again by its digest.
std::vector<Edit> edits_for_submission(const CommunicationStanding& known, const std::string& digest);

/// The edits as a JSON Patch (RFC 6902). With `guarded`, each is preceded by a test that the old value still
/// stands, for a server that tells no versions.
std::string json_patch(const std::string& body, const std::vector<Edit>& edits, bool guarded);

/// The whole resource with the edits made, everything else in its own spelling.
std::string edited(const std::string& body, const std::vector<Edit>& edits);

} // namespace efaxd::fhir
