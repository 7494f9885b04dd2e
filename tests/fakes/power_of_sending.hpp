// Pulling the plug around the port calls of sending.
#pragma once

#include "efaxd/ports/fax_sender.hpp"
#include "efaxd/ports/outbound_fhir.hpp"
#include "efaxd/ports/outbox.hpp"
#include "fakes/power.hpp"

namespace efaxd::fakes {

class PoweredSender : public FaxSender {
  public:
    PoweredSender(FaxSender& inner, Power& power) : inner_(inner), power_(power) {}

    std::string submit(const Submission& submission, std::stop_token stop) override {
        return power_.around([&] { return inner_.submit(submission, stop); });
    }
    std::optional<SentFax> find_sent(const std::string& user_id, const std::string& reference, Instant since,
                                     Duration may_be_old, std::stop_token stop) override {
        return power_.around([&] { return inner_.find_sent(user_id, reference, since, may_be_old, stop); });
    }
    SendStatus status(const std::string& user_id, const std::string& fax_id, std::stop_token stop) override {
        return power_.around([&] { return inner_.status(user_id, fax_id, stop); });
    }
    CancelReply cancel(const std::string& user_id, const std::string& fax_id, std::stop_token stop) override {
        return power_.around([&] { return inner_.cancel(user_id, fax_id, stop); });
    }

  private:
    FaxSender& inner_;
    Power& power_;
};

class PoweredOutboundFhir : public OutboundFhir {
  public:
    PoweredOutboundFhir(OutboundFhir& inner, Power& power) : inner_(inner), power_(power) {}

    OutboundCommunication read(const std::string& id, std::stop_token stop) override {
        return power_.around([&] { return inner_.read(id, stop); });
    }
    OutboundCommunication read_body(std::string_view body, std::stop_token stop) override {
        return power_.around([&] { return inner_.read_body(body, stop); });
    }
    std::string file(const OutboundCommunication& communication, std::stop_token stop) override {
        return power_.around([&] { return inner_.file(communication, stop); });
    }
    void fetch(const OutboundDocument& document, const DocumentSink& sink, std::stop_token stop) override {
        power_.around([&] {
            inner_.fetch(
                document,
                [&](std::string_view bytes) {
                    sink(bytes);
                    power_.moment();
                },
                stop);
        });
    }
    std::optional<CommunicationStanding> standing(const std::string& id, std::stop_token stop) override {
        return power_.around([&] { return inner_.standing(id, stop); });
    }
    Written change(const std::string& id, const CommunicationStanding& known,
                   const CommunicationChange& change, std::stop_token stop) override {
        return power_.around([&] { return inner_.change(id, known, change, stop); });
    }
    bool claim(const std::string& id, const std::string& installation, std::stop_token stop) override {
        return power_.around([&] { return inner_.claim(id, installation, stop); });
    }
    std::vector<InProgress> in_progress(std::stop_token stop) override {
        return power_.around([&] { return inner_.in_progress(stop); });
    }
    CallerRight check_caller(const std::string& authorization, const std::string& reference,
                             std::stop_token stop) override {
        return inner_.check_caller(authorization, reference, stop);
    }

  private:
    OutboundFhir& inner_;
    Power& power_;
};

class PoweredOutbox : public Outbox {
  public:
    PoweredOutbox(Outbox& inner, Power& power) : inner_(inner), power_(power) {}

    std::vector<Transmission> claim(std::span<const Transmission> rows) override {
        return power_.around([&] { return inner_.claim(rows); });
    }
    void save(const Transmission& row) override {
        power_.around([&] { inner_.save(row); });
    }
    bool begin(const Transmission& row, const DestinationLimits& limits) override {
        return power_.around([&] { return inner_.begin(row, limits); });
    }
    std::vector<Transmission> find(const OutboundKey& key) override { return inner_.find(key); }
    OutboxDue due(Instant now, std::size_t most) override { return inner_.due(now, most); }
    std::vector<Transmission> list(const OutboxQuery& query) override { return inner_.list(query); }
    OutboxTotals totals() override { return inner_.totals(); }

  private:
    Outbox& inner_;
    Power& power_;
};

} // namespace efaxd::fakes
