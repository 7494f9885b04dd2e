// Reading one resource out of a reply.
#pragma once

#include "efaxd/core/fault.hpp"
#include "efaxd/ports/fhir_server.hpp"
#include "http/message.hpp"
#include "json/value.hpp"

#include <string>
#include <string_view>

namespace efaxd::fhir {

/// A FHIR logical id: 1 to 64 of `A-Z a-z 0-9 - .`, and no path of its own (`.` and `..`).
bool is_id(std::string_view text);

/// `Type/id` on the same server.
bool is_local_reference(std::string_view text);

/// A passing Fault `fhir.bad_reply`.
Fault bad_reply(const std::string& detail);

/// The body as a resource of that type; else throws `bad_reply`.
json::Document read_resource(std::string body, std::string_view type);

/// The id of the resource that a create or update answered with: from the body if that is a resource of the
/// type, else from Location, else from Content-Location (any base before it, any version behind it); empty if
/// it is nowhere.
std::string created_id(const http::Reply& reply, std::string_view body, std::string_view type);

/// Is a medium of the Communication FAXWRIT, of its own system or of none?
bool is_fax(json::Value communication);

/// Direction and attachments of a Communication.
Match match_of(json::Value communication);

} // namespace efaxd::fhir
