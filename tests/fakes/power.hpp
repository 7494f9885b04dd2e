// Pulling the plug: every port call may be the last thing the process does.
#pragma once

#include "efaxd/ports/fax_service.hpp"
#include "efaxd/ports/fhir_server.hpp"
#include "efaxd/ports/ledger.hpp"
#include "efaxd/ports/spool.hpp"

#include <limits>
#include <memory>

namespace efaxd::fakes {

/// Not a std::exception: nothing in the house may catch it and go on.
struct PowerCut {};

/// Counts the moments before and after each port call, and cuts the power at the chosen one.
class Power {
  public:
    explicit Power(int last_until = std::numeric_limits<int>::max()) : left_(last_until) {}
    virtual ~Power() = default;

    virtual void moment() {
        if (left_-- == 0)
            throw PowerCut{};
    }

    template <class Call>
    decltype(auto) around(Call call) {
        moment();
        if constexpr (std::is_void_v<decltype(call())>) {
            call();
            moment();
        } else {
            auto result = call();
            moment();
            return result;
        }
    }

  private:
    int left_;
};

class PoweredFaxService : public FaxService {
  public:
    PoweredFaxService(FaxService& inner, Power& power) : inner_(inner), power_(power) {}

    Listing list(const Mailbox& mailbox, ListPass pass, Instant since, const Pages& settled,
                 std::stop_token stop) override {
        return power_.around([&] { return inner_.list(mailbox, pass, since, settled, stop); });
    }
    void fetch(const std::string& user_id, const Fax& fax, const DocumentSink& sink,
               std::stop_token stop) override {
        power_.around([&] {
            inner_.fetch(
                user_id, fax,
                [&](std::string_view bytes) {
                    sink(bytes);
                    power_.moment();
                },
                stop);
        });
    }
    void acknowledge(const std::string& user_id, const Fax& fax, std::stop_token stop) override {
        power_.around([&] { inner_.acknowledge(user_id, fax, stop); });
    }
    void remove(const std::string& user_id, const Fax& fax, std::stop_token stop) override {
        power_.around([&] { inner_.remove(user_id, fax, stop); });
    }

  private:
    FaxService& inner_;
    Power& power_;
};

class PoweredFhirServer : public FhirServer {
  public:
    PoweredFhirServer(FhirServer& inner, Power& power) : inner_(inner), power_(power) {}

    std::vector<Match> find(const std::string& fax_id, bool inbound_only, std::stop_token stop) override {
        return power_.around([&] { return inner_.find(fax_id, inbound_only, stop); });
    }
    bool takes_client_ids(std::stop_token stop) override {
        return power_.around([&] { return inner_.takes_client_ids(stop); });
    }
    std::string upload(SpoolReader& document, std::string_view media_type, const std::string& wanted_id,
                       std::stop_token stop) override {
        return power_.around([&] { return inner_.upload(document, media_type, wanted_id, stop); });
    }
    Match create(const InboundCommunication& communication, Unless unless, std::stop_token stop) override {
        return power_.around([&] { return inner_.create(communication, unless, stop); });
    }
    void remove_binary(const std::string& id, std::stop_token stop) override {
        power_.around([&] { inner_.remove_binary(id, stop); });
    }
    bool exists(const std::string& reference, std::stop_token stop) override {
        return power_.around([&] { return inner_.exists(reference, stop); });
    }
    std::vector<OwnedUser> owners(OwnerKind kind, std::stop_token stop) override {
        return power_.around([&] { return inner_.owners(kind, stop); });
    }
    std::vector<OwnedUser> users_of(const Owner& owner, std::stop_token stop) override {
        return power_.around([&] { return inner_.users_of(owner, stop); });
    }

  private:
    FhirServer& inner_;
    Power& power_;
};

class PoweredLedger : public Ledger {
  public:
    PoweredLedger(Ledger& inner, Power& power) : inner_(inner), power_(power) {}

    std::vector<std::size_t> claim(std::span<const Entry> entries) override {
        return power_.around([&] { return inner_.claim(entries); });
    }
    void save(const Entry& entry) override {
        power_.around([&] { inner_.save(entry); });
    }
    std::optional<Entry> find(const FaxKey& key) override { return inner_.find(key); }
    Due due(Instant now, std::size_t per_mailbox) override { return inner_.due(now, per_mailbox); }
    std::vector<Entry> list(const LedgerQuery& query) override { return inner_.list(query); }
    Totals totals() override { return inner_.totals(); }
    void remember(const std::string& name, const std::string& value) override {
        power_.around([&] { inner_.remember(name, value); });
    }
    std::optional<std::string> recall(const std::string& name) override { return inner_.recall(name); }

  private:
    Ledger& inner_;
    Power& power_;
};

class PoweredSpool : public Spool {
  public:
    PoweredSpool(Spool& inner, Power& power) : inner_(inner), power_(power) {}

    std::unique_ptr<SpoolWriter> write(const FaxKey& key) override {
        return std::make_unique<Writer>(power_.around([&] { return inner_.write(key); }), power_);
    }
    std::unique_ptr<SpoolReader> open(const FaxKey& key, const Document& recorded) override {
        return power_.around([&] { return inner_.open(key, recorded); });
    }
    void remove(const FaxKey& key) override {
        power_.around([&] { inner_.remove(key); });
    }

  private:
    class Writer : public SpoolWriter {
      public:
        Writer(std::unique_ptr<SpoolWriter> inner, Power& power) : inner_(std::move(inner)), power_(power) {}
        void append(std::string_view bytes) override { inner_->append(bytes); }
        Document end() override { return inner_->end(); }
        std::unique_ptr<SpoolReader> in_memory() override { return inner_->in_memory(); }
        Document finish() override {
            return power_.around([&] { return inner_->finish(); });
        }

      private:
        std::unique_ptr<SpoolWriter> inner_;
        Power& power_;
    };

    Spool& inner_;
    Power& power_;
};

} // namespace efaxd::fakes
