#include "simulation/world.hpp"

#include <string_view>

namespace efaxd::simulation {

namespace {

using namespace std::chrono_literals;

/// Shorter than `fhir.settle`, as the documentation asks for.
constexpr Duration server_limit = 55s;

const char* name_of(Side side) { return side == Side::efax ? "efax" : "fhir"; }

} // namespace

void World::moment(Call kind) {
    if (time.dying())
        throw fakes::PowerCut{};
    if (!time.in_fiber() || !stormy() || plan_.bare)
        return;
    const double probability = kind == Call::lists ? plan_.cut / 20 : plan_.cut;
    if (!dice_.chance(probability))
        return;
    note("power cut");
    time.cut();
}

Fault World::fault_of(Side side, const char* reason, bool unknown, std::optional<Duration> wish) {
    return {unknown ? Fault::Kind::unknown : Fault::Kind::passing, std::string(name_of(side)) + '.' + reason,
            "simulated", wish};
}

World::Fate World::decide(Side side, Call kind) {
    Fate fate;
    fate.latency = dice_.between(4ms, 400ms);
    if (!stormy() || plan_.bare)
        return fate;
    const Outage& outage = outages[static_cast<std::size_t>(side)];
    if (time.now() < outage.until) {
        fate.effect = Fate::Effect::none;
        if (!outage.silent) {
            fate.fault = fault_of(side, "unreachable", false);
            return fate;
        }
        fate.latency = 60s;
        fate.fault =
            fault_of(side, kind == Call::creates ? "unknown_outcome" : "timed_out", kind == Call::creates);
        return fate;
    }
    if (side == Side::efax && time.now() < efax_rival_until && dice_.chance(0.7)) {
        fate.effect = Fate::Effect::none;
        fate.fault = fault_of(side, dice_.chance(0.5) ? "rival" : "unauthorized", false, 5min);
        return fate;
    }
    if (dice_.chance(0.01)) // slow, but well
        fate.latency = dice_.between(2s, 50s);
    return dice_.chance(plan_.fault) ? bad_luck(side, kind) : fate;
}

World::Fate World::bad_luck(Side side, Call kind) {
    Fate fate;
    fate.effect = Fate::Effect::none;
    fate.latency = dice_.between(4ms, 400ms);
    const bool unknown = kind == Call::creates;
    switch (dice_.below(6)) {
    case 0:
        fate.fault = fault_of(side, "unavailable", unknown);
        break;
    case 1:
        fate.fault = fault_of(side, "paused", false, dice_.between(1s, 1h));
        break;
    case 2:
        fate.fault = fault_of(side, "unreachable", false);
        break;
    case 3: // carried out, and the answer is lost
        fate.effect = Fate::Effect::at_once;
        fate.fault = fault_of(side, unknown ? "unknown_outcome" : "broken", unknown);
        break;
    case 4: // the caller loses patience, the server goes on
        fate.latency = dice_.between(10ms, 30s);
        fate.fault = fault_of(side, unknown ? "unknown_outcome" : "timed_out", unknown);
        if (kind == Call::sets || kind == Call::creates) {
            fate.effect = Fate::Effect::late;
            fate.late = dice_.between(fate.latency, server_limit);
            ++counts.late;
        }
        break;
    default:
        fate.latency = 60s;
        fate.fault = fault_of(side, unknown ? "unknown_outcome" : "timed_out", unknown);
        break;
    }
    return fate;
}

void World::note_call(Side side, const std::string& what, const Fate& fate) {
    ++counts.calls;
    ++calls_this_hour;
    last_call = what;
    if (fate.fault)
        ++counts.faults;
    const char* const effect = fate.effect == Fate::Effect::none      ? " not done"
                               : fate.effect == Fate::Effect::at_once ? ""
                                                                      : " done later";
    note(name_of(side), what, std::to_string(fate.latency.count()), fate.fault ? fate.fault->reason : "",
         effect);
}

void World::give_up_if(const std::stop_token& stop) {
    if (stop.stop_requested())
        throw Stopped();
}

void World::answer(const Fate& fate, Call kind, const std::stop_token& stop) {
    moment(kind);
    time.sleep(fate.latency - fate.latency / 2);
    give_up_if(stop);
    if (fate.fault)
        throw *fate.fault;
    moment(kind);
}

} // namespace efaxd::simulation
