// What a strict FHIR R4 server refuses in what we write.
#pragma once

#include "json/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace efaxd::sandbox {

struct Issue {
    bool structure = false; ///< of the JSON itself (HAPI: 400); else a rule of the specification (HAPI: 422)
    std::string code;       ///< IssueType: `structure`, `required`, `value`, `invariant`
    std::string expression; ///< e.g. `Communication.payload[0].contentAttachment.size`
    std::string text;
};

/// Holds for any resource: an object with a resourceType; no nulls, no empty texts, arrays or objects, no
/// control characters but tab, CR and LF.
std::vector<Issue> check_json(json::Value resource, std::string_view type);

/// check_json, and the elements of an R4 Communication: known members only, arrays where arrays are due,
/// types, status codes, reference targets, dateTimes with seconds and zone, extensions with exactly one
/// value.
std::vector<Issue> check_communication(json::Value resource);

} // namespace efaxd::sandbox
