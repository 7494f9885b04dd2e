// A whole world for the stories: real ledger and spool, servers in memory, a clock that is told.
#pragma once

#include "efaxd/core/mailbox.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/fake_efax.hpp"
#include "fakes/fake_fhir.hpp"
#include "fakes/power.hpp"
#include "fakes/temp_dir.hpp"
#include "flow/delivery.hpp"
#include "flow/poll.hpp"
#include "ledger/sqlite_ledger.hpp"
#include "spool/file_spool.hpp"

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace efaxd::flow {

/// What survives a power cut is outside of `Life`: both servers, and the folder with ledger and spool.
class World {
  public:
    static constexpr auto project = "clinic";

    explicit World(std::size_t spool_memory = spool::FileSpool::usual_memory) : spool_memory_(spool_memory) {
        mailbox.id = "clinic:system";
        mailbox.project = project;
        mailbox.user_id = "user-1";
        mailbox.recipient = "Organization/front-desk";
        mailbox.poll = std::chrono::seconds{60};
        settings.retry = {std::chrono::seconds{30}, std::chrono::minutes{15}};
        begin();
    }

    /// A new process on the same disk.
    void begin() {
        spool_.reset();
        ledger_.reset();
        ledger_ = std::make_unique<ledger::SqliteLedger>(dir_.path());
        spool_ =
            std::make_unique<spool::FileSpool>(dir_.path() / "spool", spool::system_files(), spool_memory_);
        memory = {};
    }

    /// Polls the mailbox and carries all that is due, until the power is cut at the given moment. True if it
    /// was.
    bool live_until(int last_moment) {
        fakes::Power power(last_moment);
        fakes::PoweredFaxService service(efax, power);
        fakes::PoweredFhirServer server(fhir, power);
        fakes::PoweredLedger ledger(*ledger_, power);
        fakes::PoweredSpool spool(*spool_, power);
        try {
            Poll(service, ledger, clock, std::chrono::hours{72}).run(mailbox, memory, {});
            for (const Entry& entry : ledger.due(clock.now(), 1000).entries)
                delivery_on(service, server, ledger, spool).carry(entry, {});
        } catch (const fakes::PowerCut&) {
            return true;
        }
        return false;
    }

    void live() { live_until(std::numeric_limits<int>::max()); }

    PollReport poll() { return Poll(efax, *ledger_, clock, std::chrono::hours{72}).run(mailbox, memory, {}); }

    /// Carries one fax on, whatever its due time.
    Entry carry(const std::string& fax_id, std::stop_token stop = {}) {
        return delivery_on(efax, fhir, *ledger_, *spool_)
            .carry(*ledger_->find({project, fax_id}), std::move(stop));
    }

    Entry entry(const std::string& fax_id) { return ledger_->find({project, fax_id}).value(); }
    Ledger& ledger() { return *ledger_; }
    std::filesystem::path spool_folder() const { return dir_.path() / "spool"; }

    std::size_t documents_in_spool() const {
        std::size_t files = 0;
        for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(spool_folder()))
            ++files;
        return files;
    }

    fakes::FakeClock clock;
    fakes::FakeEfax efax;
    fakes::FakeFhir fhir;
    Mailbox mailbox;
    MailboxMemory memory;
    DeliverySettings settings;
    Recipients recipients{"Organization/front-desk", ""};

  private:
    Delivery delivery_on(FaxService& service, FhirServer& server, Ledger& ledger, Spool& spool) {
        return {{service, server, ledger, spool, clock},
                settings,
                [this](const Entry&) { return recipients; },
                [](const FaxKey& key) { return "fax-" + key.fax_id; }};
    }

    std::size_t spool_memory_;
    fakes::TempDir dir_{fakes::TempDir::Where::quick};
    std::unique_ptr<ledger::SqliteLedger> ledger_;
    std::unique_ptr<spool::FileSpool> spool_;
};

} // namespace efaxd::flow
