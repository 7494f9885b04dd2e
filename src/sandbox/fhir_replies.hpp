// Replies as FHIR servers of two kinds word them.
#pragma once

#include "sandbox/fhir_rules.hpp"
#include "sandbox/fhir_store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace efaxd::sandbox {

HttpResponse fhir_json(int status, std::string body);

/// An OperationOutcome with one error. `id` is what a server of the Medplum kind gives it (may be empty).
HttpResponse outcome(ServerStyle style, int status, std::string_view id, std::string_view code,
                     std::string_view text);
/// With all issues; the status is the server's usual one for the worst of them.
HttpResponse refusal(ServerStyle style, const std::vector<Issue>& issues);

/// The resource with ETag, Last-Modified and (where it was written) Location.
HttpResponse resource_reply(ServerStyle style, int status, const Resource& resource, const std::string& base,
                            bool written, bool minimal);

} // namespace efaxd::sandbox
