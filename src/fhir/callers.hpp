// What other people's credentials are good for.
#pragma once

#include "efaxd/ports/outbound_fhir.hpp"
#include "fhir/session.hpp"

namespace efaxd::fhir {

/// See OutboundFhir::check_caller. Only an answer that is the resource, or a Bundle, grants anything: a
/// gateway's sign-in page comes with 200 too. Of a Binary, however large, the head is read only: it grants
/// unless it announces a web page.
CallerRight check_caller(Session& session, Clock& clock, const std::string& authorization,
                         const std::string& reference, const std::stop_token& stop);

} // namespace efaxd::fhir
