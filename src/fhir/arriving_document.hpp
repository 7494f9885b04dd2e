// A document on its way to us.
#pragma once

#include "efaxd/core/base64.hpp"
#include "efaxd/core/refusal.hpp"
#include "efaxd/ports/fax_service.hpp"
#include "http/message.hpp"
#include "json/long_string.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace efaxd::fhir {

/// Takes the body of one 2xx reply, the bytes themselves or a FHIR Binary as JSON, and passes the document
/// on. Throws Refusal `send.document_too_large` and `send.bad_document`, and a passing Fault `fhir.bad_reply`
/// for JSON that is no Binary. Used by one thread.
class ArrivingDocument {
  public:
    ArrivingDocument(std::string element, const DocumentSink& sink);

    /// A piece of a reply.
    void feed(const http::Reply& head, std::string_view piece);
    /// A piece of base64.
    void decode(std::string_view piece);
    /// After the last piece: true if there was a document.
    bool finish();

    Refusal bad() const;

  private:
    void pass(std::string_view bytes);

    std::string element_;
    const DocumentSink& sink_;
    std::uint64_t size_ = 0;
    bool begun_ = false;
    bool as_json_ = false;
    Base64Decoder decoder_;
    std::string decoded_;
    json::LongString resource_;
};

} // namespace efaxd::fhir
