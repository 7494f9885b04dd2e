// A simulation's process, its budget and its end.
#include "simulation/simulation.hpp"

#include "simulation/judge.hpp"

#include <algorithm>
#include <stdexcept>

namespace efaxd::simulation {

namespace {

using namespace std::chrono_literals;

constexpr Duration longest_calm = 24h * 6;

} // namespace

Simulation::Simulation(const Plan& plan, Keeper keeper)
    : plan_(plan), keeper_(keeper), world_(plan_, Dice(plan.seed)), efax_(world_), fhir_(world_),
      dice_(world_.chance().split()) {
    world_.calm_from = std::chrono::days{plan_.days};
    world_.time.on_cut([this] { life_ended(); });
    efax_.about_to_take = [this](const SimSent& sent) { watch_submission(sent); };
}

Simulation::~Simulation() {
    world_.time.on_cut({});
    world_.time.cut();
}

// ---- the process under test

void Simulation::begin_life() {
    restarting_ = false;
    world_.time.begin_life();
    world_.note("life begins");
    world_.time.spawn([this] {
        try {
            life_ = std::make_unique<Life>(dir_.path(), world_, efax_, fhir_, converter_,
                                           keeper_ == Keeper::plain ? &plain_ : nullptr);
            life_->foreman().start();
        } catch (const Fault& fault) { // efaxd ends, and its supervisor starts it again
            world_.note("no start: " + fault.reason);
            world_.time.cut();
        }
    });
}

void Simulation::life_ended() {
    life_.reset();
    ++(restarting_ ? world_.counts.stops : world_.counts.cuts);
    world_.note("life ended");
    const Duration down = dice_.chance(0.1) ? dice_.between(1min, 3h) : dice_.between(1s, 1min);
    world_.time.in(down, [this] { begin_life(); });
}

void Simulation::restart() {
    if (!life_ || restarting_)
        return;
    restarting_ = true;
    life_->foreman().terminate();
    end_when_idle();
}

void Simulation::end_when_idle() {
    if (world_.time.threads() == 0)
        return world_.time.cut();
    world_.time.in_life(1s, [this] { end_when_idle(); });
}

// ---- the run

Result Simulation::run() {
    set_up();
    begin_life();
    world_.time.in(1h, [this] { every_hour(); });
    Result result;
    try {
        for (int day = 0; day < plan_.days && world_.complaint.empty(); ++day)
            world_.time.run_until(std::chrono::days{day + 1});
        calm();
        const Duration end = world_.calm_from + longest_calm;
        world_.time.run_until(world_.calm_from + 4h + 2 * plan_.project.mailboxes.poll);
        while (world_.complaint.empty() && !all_done() && world_.time.now() < end)
            world_.time.run_until(world_.time.now() + 1h);
        if (world_.complaint.empty())
            Judge(*this).judge(result);
    } catch (const std::exception& error) {
        world_.complain(error.what() + (" after " + world_.last_call));
    }
    result.seed = plan_.seed;
    result.hash = world_.journal.hash();
    result.complaint = world_.complaint;
    result.counts = world_.counts;
    result.faxes = static_cast<long>(efax_.faxes().size());
    result.communications = static_cast<long>(fhir_.outbound.size());
    result.sent = static_cast<long>(efax_.sent().size());
    result.days = static_cast<double>(world_.time.now() / 1h) / 24;
    return result;
}

void Simulation::every_hour() {
    world_.time.in(1h, [this] { every_hour(); });
    const long calls = std::exchange(world_.calls_this_hour, 0);
    const long gathers = std::exchange(world_.gathers_this_hour, 0);
    if (!life_)
        return;
    long open = 0;
    for (const Tally& tally : life_->ledger().totals().tallies)
        if (tally.stage < Stage::acknowledged)
            open += tally.faxes;
    for (const OutboxTally& tally : life_->outbox().totals().tallies)
        if (tally.outcome == SendOutcome::open)
            open += tally.transmissions;
    const auto an_hour = [](Duration every) { return static_cast<long>(1h / every) + 10; };
    const long mailboxes = static_cast<long>(users_.size()) + 1;
    const long new_ones = static_cast<long>(plan_.faxes + plan_.communications) + 20;
    const long polls = mailboxes * an_hour(plan_.project.mailboxes.poll) * 5;
    const long pick_ups = an_hour(*plan_.project.send.pick_up) * 12;
    const long most = polls + pick_ups + (open + new_ones) * 60 + 500;
    if (calls > most)
        world_.complain(std::to_string(calls) + " calls in an hour, at most " + std::to_string(most) +
                        " were expected");
    if (gathers > 1000 + 4 * calls)
        world_.complain("the ledger was asked what is due " + std::to_string(gathers) + " times in an hour");
}

bool Simulation::all_done() {
    if (!life_)
        return false;
    LedgerQuery query;
    query.held = false;
    query.unsettled_only = true;
    query.limit = 1;
    OutboxQuery outbound;
    outbound.held = false;
    outbound.open_only = true;
    outbound.limit = 1;
    return life_->ledger().list(query).empty() && life_->outbox().list(outbound).empty();
}

/// Called at the moment of taking, before it counts.
void Simulation::watch_submission(const SimSent& sent) {
    for (const auto& other : efax_.sent())
        if (other->number == sent.number && other->document == sent.document) {
            const bool under_way = !other->cancelled && world_.time.now() < other->ends;
            if (under_way && resends_[{sent.number, sent.document}] == 0)
                world_.complain("a document was submitted again while it was under way: " + sent.reference);
        }
    for (const auto& [id, outbound] : fhir_.outbound)
        if (outbound.ended_by_staff && text_of(id) == sent.document &&
            world_.time.now() - *outbound.ended_by_staff > 10min)
            world_.complain("submitted long after staff had ended it: " + id);
}

std::string Simulation::text_of(const std::string& communication) {
    return "%PDF-1.4\n" + communication + "\n%%EOF\n";
}

Result simulate(std::uint64_t seed, int days, Keeper keeper) {
    const Plan plan = make_plan(seed, days);
    return Simulation(plan, keeper).run();
}

} // namespace efaxd::simulation
