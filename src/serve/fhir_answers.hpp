// What the FHIR operations answer, as FHIR JSON (fhir-side 1.3, 1.4, 8). Content-Type
// `application/fhir+json`, and never an empty body.
#pragma once

#include "efaxd/core/refusal.hpp"
#include "serve/door.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::serve {

/// An OperationOutcome with one issue. The text is what staff read. It has an `id` only where FHIR clients
/// map one to the status; `not-found` is never given here: see not_set_up.
Answer outcome(int status, std::string_view code, std::string_view text, std::string_view expression = {});
Answer outcome(const Refusal& refusal);

/// 404 with `id: not-found`: this operation, or the integration, is not there at all. Apps then say that the
/// integration is not set up, so nothing else may carry that id.
Answer not_set_up(std::string_view text);

/// A door's own error as FHIR clients understand it; for TcpDoorOptions::failure. An unknown path is an
/// operation that is not there: 404 becomes not_set_up.
Answer fhir_failure(int status, std::string_view code, std::string_view text);

/// What a `$receive-efax` came to.
struct Received {
    std::int64_t received = 0;   ///< new faxes, delivered
    std::int64_t duplicates = 0; ///< listed, and known before
    std::int64_t failed = 0;     ///< mailboxes that could not be read, and new faxes held or failing
    std::int64_t pending = 0;    ///< new faxes still on their way when the patience ended
    std::vector<std::string> communications; ///< ids of the new ones
    struct Issue {
        std::string code; ///< of the OperationOutcome
        std::string text;
    };
    std::vector<Issue> issues;
};
/// Parameters: received, duplicates, failed, pending, communication…, issue….
Answer received(const Received& received);

/// What a `$sync-efax-status` came to: Parameters with these counts.
struct Synced {
    std::int64_t checked = 0;
    std::int64_t completed = 0;
    std::int64_t failed = 0;
    std::int64_t pending = 0;
    std::int64_t errors = 0;
};
Answer synced(const Synced& synced);

/// A resource as it is.
Answer resource(std::string json, int status = 200);

/// CapabilityStatement of the operations under `base`, such as `/fhir/R4`.
Answer operations_metadata(std::string_view base, std::string_view version);

/// The OperationDefinitions, `receive-efax`, `send-efax` or `sync-efax-status`; not_set_up for another name.
Answer operation_definition(std::string_view name, std::string_view base);

/// The resource that an operation was called with: the body itself, or the one in a Parameters body under the
/// name `resource`, `communication` or the type's own name; `{}` for an empty one. Throws Refusal if it is no
/// JSON object or not of that type.
std::string read_input(std::string_view body, std::string_view type);

} // namespace efaxd::serve
