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

/// Limits for a body of that size. A slow line gets 64 KiB/s. The server may be silent all that time, since
/// it may store the whole document after its last byte; one that echoes the document is read to its end.
http::Limits upload_limits(std::uint64_t size);

} // namespace efaxd::fhir
