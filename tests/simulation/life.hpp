// One run of the process under test: the real foreman, stories, schedule, ledger and spool.
#pragma once

#include "app/foreman.hpp"
#include "fakes/fake_converter.hpp"
#include "fakes/power_of_sending.hpp"
#include "ledger/sqlite_ledger.hpp"
#include "simulation/plain_ledger.hpp"
#include "simulation/sim_efax.hpp"
#include "simulation/sim_fhir.hpp"
#include "simulation/world.hpp"
#include "spool/file_spool.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace efaxd::simulation {

/// A ledger whose disk may be full, and that watches what is written.
class WatchedLedger : public Ledger {
  public:
    WatchedLedger(Ledger& inner, World& world) : inner_(inner), world_(world) {}

    std::vector<std::size_t> claim(std::span<const Entry> entries) override;
    void save(const Entry& entry) override;
    std::optional<Entry> find(const FaxKey& key) override { return inner_.find(key); }
    Due due(Instant now, std::size_t per_mailbox) override;
    std::vector<Entry> list(const LedgerQuery& query) override { return inner_.list(query); }
    Totals totals() override { return inner_.totals(); }
    void remember(const std::string& name, const std::string& value) override;
    std::optional<std::string> recall(const std::string& name) override { return inner_.recall(name); }

  private:
    Ledger& inner_;
    World& world_;
};

class WatchedOutbox : public Outbox {
  public:
    WatchedOutbox(Outbox& inner, World& world) : inner_(inner), world_(world) {}

    std::vector<Transmission> claim(std::span<const Transmission> rows) override;
    void save(const Transmission& row) override;
    bool begin(const Transmission& row, const DestinationLimits& limits) override;
    std::vector<Transmission> find(const OutboundKey& key) override { return inner_.find(key); }
    OutboxDue due(Instant now, std::size_t most) override { return inner_.due(now, most); }
    std::vector<Transmission> list(const OutboxQuery& query) override { return inner_.list(query); }
    OutboxTotals totals() override { return inner_.totals(); }

  private:
    Outbox& inner_;
    World& world_;
};

/// The foreman on fibers and simulated time.
class SimForeman : public app::Foreman {
  public:
    SimForeman(const app::Ground& ground, int hands, const app::Projects& projects, World& world);

    void start();
    /// As on a SIGTERM. The life is over once its threads are done.
    void terminate() { stop(); }
    bool stopping() const { return stopping_; }

    // What persons do.
    void poll_everything() { poll_now({}); }
    void set_paused(const std::string& mailbox, bool paused);
    void retry_fax(const FaxKey& key);
    void send_called(const std::string& communication);
    using Foreman::change_fax;

  protected:
    void at_hand(Job job) override { thread(std::move(job)); }
    void at_desk(Job job) override;
    void at_loop(Job job) override;
    void wake_at(Steady when) override;
    void note_ground_fault() override { world_.complain("the ground failed"); }
    void stop() override;

  private:
    void thread(Job job);

    World& world_;
    bool stopping_ = false;
    std::uint64_t alarm_ = 0; ///< the latest wish to be woken
};

class Life {
  public:
    /// Called within a fiber, as the power may be cut while a life begins. With the plain ledger, if there is
    /// one, else with SQLite's in the state directory.
    Life(const std::filesystem::path& state_dir, World& world, SimEfax& efax, SimFhir& fhir,
         Converter& converter, PlainLedger* plain);

    SimForeman& foreman() { return *foreman_; }
    Ledger& ledger() { return ledger_; }
    Outbox& outbox() { return outbox_; }
    app::Ground& ground() { return ground_; }

  private:
    World& world_;
    HousePower power_;
    std::unique_ptr<ledger::SqliteLedger> file_;
    Ledger& ledger_;
    Outbox& outbox_;
    spool::FileSpool spool_;
    WatchedLedger watched_;
    WatchedOutbox watched_outbox_;
    fakes::PoweredLedger powered_;
    fakes::PoweredOutbox powered_outbox_;
    fakes::PoweredSpool powered_spool_;
    app::Ground ground_;
    std::unique_ptr<SimForeman> foreman_;
};

} // namespace efaxd::simulation
