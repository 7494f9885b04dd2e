// Fetching a document's bytes.
#pragma once

#include "efaxd/ports/outbound_fhir.hpp"
#include "fhir/document_place.hpp"
#include "fhir/session.hpp"

#include <stop_token>
#include <string>

namespace efaxd::fhir {

/// Safe from any thread. Memory does not grow with the document.
class DocumentSource {
  public:
    DocumentSource(Session& session, const ServerOptions& options, const DocumentPlaces& places,
                   Clock& clock);

    /// See OutboundFhir::fetch. Throws Refusal `send.document_gone`, `send.bad_document`,
    /// `send.document_too_large` or `send.foreign_document`; passing Faults `fhir.document_refused` and
    /// `fhir.document_unavailable` where another host answers so.
    void fetch(const OutboundDocument& document, const DocumentSink& sink, const std::stop_token& stop);

  private:
    void fetch_ours(const OutboundDocument& document, const std::string& path, const DocumentSink& sink,
                    const std::stop_token& stop);
    http::Reply ask_ours(const std::string& path, const std::string& accept, const http::Sink& sink,
                         const std::stop_token& stop);
    void fetch_stranger(const OutboundDocument& document, const DocumentPlace& place,
                        const DocumentSink& sink, const std::stop_token& stop);
    http::Reply ask_stranger(const http::Request& request, const DocumentPlace& place, const http::Sink& sink,
                             const std::stop_token& stop);

    Session& session_;
    const DocumentPlaces& places_;
    Clock& clock_;
    http::Remote elsewhere_;
};

} // namespace efaxd::fhir
