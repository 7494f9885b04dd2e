// What a Communication wants faxed.
#pragma once

#include "efaxd/core/outbound.hpp"
#include "fhir/document_place.hpp"
#include "fhir/referred.hpp"

#include <vector>

namespace efaxd::fhir {

/// Every document of the payload in order, DocumentReferences and Media resolved. The attachments of a
/// DocumentReference are one document in several forms: the best that can be faxed is taken. Throws Refusal
/// `send.no_document`, `send.unsupported_document`, `send.too_many_documents`, `send.document_too_large`,
/// `send.document_gone` or `send.foreign_document`, and as Reader does.
std::vector<OutboundDocument> documents_of(json::Value communication, Referred& referred,
                                           const DocumentPlaces& places);

} // namespace efaxd::fhir
