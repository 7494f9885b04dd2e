// Putting documents on the server and taking them off again.
#pragma once

#include "efaxd/ports/spool.hpp"
#include "fhir/server.hpp"
#include "fhir/session.hpp"

#include <atomic>
#include <stop_token>
#include <string>
#include <string_view>

namespace efaxd::fhir {

/// Safe from any thread. In mode `automatic` documents go as raw bytes; a server that cannot read them so
/// (400, 415, 422, or 500 with a complaint of parsing) is sent the same document once more as a JSON
/// resource, and if that succeeds all later ones as JSON. When it then refuses JSON (400, 413, 415, 422) the
/// document is sent raw once, and if that succeeds so are all later ones.
class Binaries {
  public:
    Binaries(Session& session, BinaryMode mode, std::string project, Clock& clock)
        : session_(session), clock_(clock), project_(std::move(project)),
          automatic_(mode == BinaryMode::automatic), json_(mode == BinaryMode::json) {}

    /// See FhirServer::upload. What may be a refusal of the `wanted_id` is a passing Fault
    /// `fhir.client_id_refused`, to be tried again at once without one and with the same reader; if that is
    /// accepted, it was one, and is remembered.
    std::string upload(SpoolReader& document, std::string_view media_type, const std::string& wanted_id,
                       const std::stop_token& stop);
    void remove(const std::string& id, const std::stop_token& stop);

    bool client_ids_refused() const { return client_ids_refused_; }

  private:
    struct Answer {
        http::Reply reply;
        std::string body; ///< of a 2xx, without the document
    };
    Answer exchange(SpoolReader& document, std::string_view media_type, const std::string& wanted_id,
                    const std::stop_token& stop);
    Answer send(SpoolReader& document, std::string_view media_type, const std::string& wanted_id,
                bool as_json, const std::stop_token& stop);
    http::Request make(SpoolReader& document, std::string_view media_type, const std::string& wanted_id,
                       bool as_json) const;
    std::string judge(const Answer& answer, const std::string& wanted_id) const;

    Session& session_;
    Clock& clock_;
    std::string project_;
    bool automatic_;
    std::atomic<bool> json_;
    std::atomic<bool> client_ids_refused_{false};
    std::atomic<const SpoolReader*> refused_under_an_id_{nullptr}; ///< compared only, never read
};

} // namespace efaxd::fhir
