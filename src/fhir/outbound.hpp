// The half of the FHIR server that sending uses.
#pragma once

#include "efaxd/ports/outbound_fhir.hpp"
#include "fhir/communication_writer.hpp"
#include "fhir/document_source.hpp"
#include "fhir/filing.hpp"
#include "fhir/outbound_reader.hpp"

namespace efaxd::fhir {

/// Safe from any thread.
class Outbound : public OutboundFhir {
  public:
    Outbound(Session& session, Reader& reader, const ServerOptions& options, Clock& clock);

    OutboundCommunication read(const std::string& id, std::stop_token stop) override;
    OutboundCommunication read_body(std::string_view body, std::stop_token stop) override;
    std::string file(const OutboundCommunication& communication, std::stop_token stop) override;
    void fetch(const OutboundDocument& document, const DocumentSink& sink, std::stop_token stop) override;
    std::optional<CommunicationStanding> standing(const std::string& id, std::stop_token stop) override;
    Written change(const std::string& id, const CommunicationStanding& known,
                   const CommunicationChange& change, std::stop_token stop) override;
    bool claim(const std::string& id, const std::string& installation, std::stop_token stop) override;
    std::vector<InProgress> in_progress(std::stop_token stop) override;
    CallerRight check_caller(const std::string& authorization, const std::string& reference,
                             std::stop_token stop) override;

  private:
    Session& session_;
    Reader& reader_;
    Clock& clock_;
    DocumentPlaces places_;
    OutboundReader outbound_reader_;
    Filing filing_;
    DocumentSource documents_;
    CommunicationWriter writer_;
};

} // namespace efaxd::fhir
