// Putting edits to a Communication on the server.
#pragma once

#include "efaxd/ports/outbound_fhir.hpp"
#include "fhir/communication_change.hpp"
#include "fhir/reader.hpp"

#include <atomic>

namespace efaxd::fhir {

/// Safe from any thread. Edits go as a JSON Patch. A server that cannot (404 for what is there, 405, 415,
/// 501; 400 or 422 as long as no patch ever succeeded) is sent the whole resource, and if it takes that, all
/// later edits go so. Where it tells no versions either, nothing is written: passing Fault `fhir.no_version`.
class CommunicationWriter {
  public:
    CommunicationWriter(Session& session, Reader& reader, Clock& clock)
        : session_(session), reader_(reader), clock_(clock) {}

    /// See OutboundFhir::change.
    Written write(const std::string& id, const CommunicationStanding& known, const std::vector<Edit>& edits,
                  const std::stop_token& stop);

  private:
    struct Form {
        http::Method method;
        const char* content_type;
        std::string body;
    };
    http::Reply send(const std::string& id, const std::string& version, const Form& form,
                     const std::stop_token& stop);
    bool cannot_patch(const http::Reply& reply, const std::string& id, const std::stop_token& stop);
    Written judge(const http::Reply& reply) const;

    Session& session_;
    Reader& reader_;
    Clock& clock_;
    std::atomic<bool> patched_{false};    ///< a patch succeeded once
    std::atomic<bool> whole_only_{false}; ///< patches are not understood
};

} // namespace efaxd::fhir
