// From a Communication to what sending needs of it.
#pragma once

#include "efaxd/core/outbound.hpp"
#include "fhir/document_place.hpp"
#include "fhir/reader.hpp"
#include "fhir/server.hpp"

#include <string>
#include <string_view>

namespace efaxd::fhir {

/// Safe from any thread.
class OutboundReader {
  public:
    OutboundReader(Reader& reader, const DocumentPlaces& places, const ServerOptions& options, Clock& clock)
        : reader_(reader), places_(places), user_id_(options.user_id), country_(options.country),
          clock_(clock) {}

    /// See OutboundFhir.
    OutboundCommunication read(const std::string& id, const std::stop_token& stop);
    OutboundCommunication read_body(std::string_view body, const std::stop_token& stop);

  private:
    OutboundCommunication understand(json::Value communication, const std::stop_token& stop);

    Reader& reader_;
    const DocumentPlaces& places_;
    std::string user_id_;
    std::string country_;
    Clock& clock_;
};

/// What an unfiled Communication is known by, see OutboundCommunication::id.
std::string unfiled_id(json::Value communication);

} // namespace efaxd::fhir
