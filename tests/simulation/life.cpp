#include "simulation/life.hpp"

#include "app/readiness.hpp"
#include "efaxd/core/refusal.hpp"

#include <algorithm>

namespace efaxd::simulation {

namespace {

using namespace std::chrono_literals;

constexpr auto our_own_fault = "daemon.internal";

void refuse_if_full(const World& world) {
    if (world.disk_full && world.stormy())
        throw Fault(Fault::Kind::passing, "ledger.full", "simulated");
}

} // namespace

// ---- the ledger

std::vector<std::size_t> WatchedLedger::claim(std::span<const Entry> entries) {
    refuse_if_full(world_);
    return inner_.claim(entries);
}

void WatchedLedger::save(const Entry& entry) {
    refuse_if_full(world_);
    if (entry.reason == our_own_fault)
        world_.complain("an exception nobody expected, of fax " + entry.key.fax_id);
    inner_.save(entry);
    if (!entry.communication_id.empty())
        world_.recorded.insert(entry.communication_id);
    world_.note("saved", entry.key.fax_id, name_of(entry.stage), entry.held ? "held" : "", entry.reason);
}

Due WatchedLedger::due(Instant now, std::size_t per_mailbox) {
    ++world_.gathers_this_hour;
    return inner_.due(now, per_mailbox);
}

void WatchedLedger::remember(const std::string& name, const std::string& value) {
    refuse_if_full(world_);
    inner_.remember(name, value);
}

std::vector<Transmission> WatchedOutbox::claim(std::span<const Transmission> rows) {
    refuse_if_full(world_);
    return inner_.claim(rows);
}

void WatchedOutbox::save(const Transmission& row) {
    refuse_if_full(world_);
    if (row.reason == our_own_fault)
        world_.complain("an exception nobody expected, of " + row.key.communication);
    inner_.save(row);
    world_.note("saved", row.key.communication, std::to_string(row.key.recipient), name_of(row.stage),
                name_of(row.outcome), row.held ? "held" : "", row.reason);
}

bool WatchedOutbox::begin(const Transmission& row, const DestinationLimits& limits) {
    refuse_if_full(world_);
    return inner_.begin(row, limits);
}

// ---- the foreman

SimForeman::SimForeman(const app::Ground& ground, int hands, const app::Projects& projects, World& world)
    : Foreman(ground, hands, projects), world_(world) {}

void SimForeman::start() {
    gather();
    send_out();
}

void SimForeman::thread(Job job) { world_.time.spawn(std::move(job)); }

void SimForeman::at_desk(Job job) {
    thread([this, job = std::move(job)] {
        world_.time.sleep(Duration{static_cast<std::int64_t>(world_.chance().below(6))});
        try {
            job();
        } catch (const Stopped&) {
        } catch (const Fault&) { // told in the log; the job has said at the loop what is to be done
        } catch (const Refusal&) {
        }
    });
}

void SimForeman::at_loop(Job job) {
    world_.time.in_life(0ms, [this, job = std::move(job)] {
        if (!stopping_)
            job();
    });
}

void SimForeman::wake_at(Steady when) {
    constexpr Duration tick = 100ms;
    const auto wait = std::chrono::ceil<Duration>(when - world_.steady());
    world_.time.in_life(wait + tick - Duration{1}, [this, wish = ++alarm_] {
        if (wish == alarm_ && !stopping_)
            wake();
    });
}

void SimForeman::stop() {
    stopping_ = true;
    stop_.request_stop();
}

void SimForeman::set_paused(const std::string& mailbox, bool paused) {
    if (board_.find_mailbox(mailbox))
        pause(mailbox, paused);
}

/// As the route does it.
void SimForeman::retry_fax(const FaxKey& key) {
    const Duration settle = projects_.begin()->second->config().fhir.settle;
    change_fax(
        key,
        [this, settle](Entry& entry) {
            if (entry.settled())
                return;
            entry.due = entry.stage == Stage::attached ? now() + settle : now();
            entry.held = false;
            entry.attempts = 0;
        },
        [](Change, const Entry&) {});
}

/// As $send-efax does it.
void SimForeman::send_called(const std::string& communication) {
    thread([this, communication] {
        try {
            app::Project& project = *projects_.begin()->second;
            project.outgoing().accept(
                communication, [](const OutboundCommunication&) {}, stop_.get_token());
            at_loop([this, communication, name = project.name()] {
                send_for_caller({name, communication}, false);
            });
        } catch (const Refusal&) {
        } catch (const Fault&) {
        } catch (const Stopped&) {
        }
    });
}

// ---- a life

Life::Life(const std::filesystem::path& state_dir, World& world, SimEfax& efax, SimFhir& fhir,
           Converter& converter, PlainLedger* plain)
    : world_(world), power_(world),
      file_(plain ? nullptr : std::make_unique<ledger::SqliteLedger>(state_dir)),
      ledger_(plain ? static_cast<Ledger&>(*plain) : *file_),
      outbox_(plain ? static_cast<Outbox&>(plain->outbox()) : file_->outbox()),
      spool_(state_dir / "spool", spool::system_files(), world.plan().memory), watched_(ledger_, world),
      watched_outbox_(outbox_, world), powered_(watched_, power_), powered_outbox_(watched_outbox_, power_),
      powered_spool_(spool_, power_), ground_{powered_,  powered_outbox_, powered_spool_,
                                              converter, world,           "installation"} {
    app::Sides sides;
    sides.efax = std::shared_ptr<efax::EfaxService>(&efax, [](auto*) {});
    sides.fhir = std::shared_ptr<fhir::Server>(&fhir, [](auto*) {});
    sides.system_user_id = "user-system";
    app::Projects projects;
    projects["clinic"] = std::make_shared<app::Project>(world.plan().project, ground_, sides);
    app::make_ready(ground_, projects, spool_);
    foreman_ = std::make_unique<SimForeman>(ground_, world.plan().hands, projects, world);
}

} // namespace efaxd::simulation
