// Putting a Communication that came with a call on the server.
#pragma once

#include "efaxd/core/outbound.hpp"
#include "fhir/reader.hpp"

#include <stop_token>
#include <string>

namespace efaxd::fhir {

/// See OutboundFhir::file. A lost reply is an unknown Fault `fhir.unknown_outcome`: filing again finds it.
class Filing {
  public:
    Filing(Session& session, Reader& reader, Clock& clock)
        : session_(session), reader_(reader), clock_(clock) {}

    std::string file(const OutboundCommunication& communication, const std::stop_token& stop);

  private:
    std::string find(const std::string& digest, const std::stop_token& stop);
    std::string create(const std::string& body, const std::string& digest, const std::stop_token& stop);

    Session& session_;
    Reader& reader_;
    Clock& clock_;
};

} // namespace efaxd::fhir
