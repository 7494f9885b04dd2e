// A document as a request body, produced while it is sent.
#pragma once

#include "efaxd/ports/spool.hpp"
#include "http/message.hpp"

#include <string_view>

namespace efaxd::fhir {

/// Both read the document from its beginning and outlive nothing: the reader must stay until the exchange is
/// over. Memory does not grow with the document.

/// The bytes themselves.
http::BodySource raw_body(SpoolReader& document);

/// `{"resourceType":"Binary","id":…,"contentType":…,"data":…}` with the document in base64; the id is left
/// out when empty.
http::BodySource json_body(SpoolReader& document, std::string_view media_type, std::string_view id);

} // namespace efaxd::fhir
