// What every part of a simulation stands on: time, chance, the weather, the journal and the counts.
#pragma once

#include "efaxd/core/fault.hpp"
#include "efaxd/ports/clock.hpp"
#include "fakes/power.hpp"
#include "simulation/dice.hpp"
#include "simulation/journal.hpp"
#include "simulation/plan.hpp"
#include "simulation/timeline.hpp"

#include <array>
#include <functional>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>

namespace efaxd::simulation {

enum class Side { efax, fhir };

/// What a call does, which decides how it may fail.
enum class Call {
    lists,   ///< as `asks`; there are so many of them that the power is cut there less often
    asks,    ///< changes nothing that matters
    sets,    ///< harmless to repeat: a failure is passing, whatever came of it
    creates, ///< a lost answer is an unknown outcome, and the request may still be running at the server
};

struct Counts {
    long calls = 0;
    long faults = 0;
    long late = 0; ///< effects after the caller had lost patience
    long cuts = 0;
    long stops = 0;
    long jumps = 0;
    long outages = 0;
};

/// Wall clocks as they are: ours may be wrong.
class World : public Clock {
  public:
    World(const Plan& plan, Dice dice) : plan_(plan), dice_(dice.split()), jitter_(dice.split()) {}

    // ---- our clock
    Instant now() const override { return true_now() + skew; }
    Steady steady() const override { return Steady{std::chrono::hours{1} + time.now()}; }
    std::uint64_t dice() override { return jitter_.next(); }
    /// What everybody else's clock says.
    Instant true_now() const { return std::chrono::sys_days{std::chrono::year{2026} / 3 / 20} + time.now(); }

    // ---- the weather
    struct Outage {
        Duration until{};
        bool silent = false; ///< requests vanish, in place of being refused at once
    };

    /// One call over the network. The effect happens at the server, once, late, or not at all.
    template <class Effect>
    auto call(Side side, Call kind, const std::string& what, const std::stop_token& stop, Effect effect)
        -> decltype(effect()) {
        using Result = decltype(effect());
        moment(kind);
        const Fate fate = decide(side, kind);
        note_call(side, what, fate);
        if (fate.effect == Fate::Effect::late)
            time.in(fate.late, [effect]() mutable { attempt(effect); });
        time.sleep(fate.latency / 2);
        give_up_if(stop);
        if constexpr (std::is_void_v<Result>) {
            if (fate.effect == Fate::Effect::at_once)
                effect();
            answer(fate, kind, stop);
        } else {
            std::optional<Result> result;
            if (fate.effect == Fate::Effect::at_once)
                result = effect();
            answer(fate, kind, stop);
            return std::move(*result);
        }
    }

    /// The power may be cut here.
    void moment(Call kind = Call::asks);
    bool stormy() const { return time.now() < calm_from; }
    template <class... Words>
    void note(const Words&... words) {
        journal.note(time.now(), words...);
    }
    /// Something that may never be has been.
    void complain(const std::string& what) {
        note("COMPLAINT ", what);
        if (complaint.empty())
            complaint = "after " + std::to_string(time.now() / std::chrono::minutes{1}) + " min: " + what;
    }

    const Plan& plan() const { return plan_; }
    Dice& chance() { return dice_; }

    Timeline time;
    Journal journal;
    Counts counts;
    Duration skew{};      ///< of our clock
    Duration calm_from{}; ///< nothing fails from here on
    std::array<Outage, 2> outages;
    Duration efax_rival_until{};
    bool disk_full = false;
    std::set<std::string> recorded; ///< Communications that the ledger has the id of
    std::string complaint;
    std::string last_call;
    long calls_this_hour = 0; ///< over the network
    long gathers_this_hour = 0;

  private:
    struct Fate {
        enum class Effect { none, at_once, late };
        Effect effect = Effect::at_once;
        std::optional<Fault> fault;
        Duration latency{};
        Duration late{};
    };

    template <class Effect>
    static void attempt(Effect& effect) {
        try {
            effect();
        } catch (const std::exception&) { // the server refuses it, and nobody listens any more
        }
    }

    Fate decide(Side side, Call kind);
    Fate bad_luck(Side side, Call kind);
    static Fault fault_of(Side side, const char* reason, bool unknown, std::optional<Duration> wish = {});
    void note_call(Side side, const std::string& what, const Fate& fate);
    static void give_up_if(const std::stop_token& stop);
    void answer(const Fate& fate, Call kind, const std::stop_token& stop);

    const Plan& plan_;
    Dice dice_;
    Dice jitter_;
};

/// The power of the house, for what the fakes put around ledger and spool.
class HousePower : public fakes::Power {
  public:
    explicit HousePower(World& world) : world_(world) {}
    void moment() override { world_.moment(); }

  private:
    World& world_;
};

} // namespace efaxd::simulation
