// Simulated time: events in their order, and a process whose threads are fibers.
#pragma once

#include "efaxd/core/instant.hpp"
#include "simulation/fiber.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace efaxd::simulation {

/// Nothing happens between two events, and events of the same moment happen in the order of their asking: so
/// a run depends on nothing but what is asked. The *world* outlives a *life*, which is one run of the process
/// under test: a power cut ends it between any two port calls, its fibers unwind, and its events are
/// forgotten.
class Timeline {
  public:
    using Job = std::function<void()>;

    Duration now() const { return now_; }

    /// An event of the world.
    void in(Duration wait, Job job) { push(wait, 0, std::move(job)); }
    /// An event of the present life.
    void in_life(Duration wait, Job job) { push(wait, life_, std::move(job)); }

    /// Begins a life.
    void begin_life() { ++life_; }
    /// A thread of the present life begins a job, now.
    void spawn(Job job);
    /// Within such a job. Throws fakes::PowerCut if the life has ended meanwhile.
    void sleep(Duration wait);
    bool in_fiber() const { return present_ != nullptr; }
    /// Ends the life; called within a job of its own this throws fakes::PowerCut.
    void cut();
    /// Called once all its fibers are unwound.
    void on_cut(Job job) { on_cut_ = std::move(job); }
    bool dying() const { return dying_; }
    std::size_t threads() const { return running_.size(); }

    /// Lets everything happen until then. Throws std::runtime_error if time does not move on.
    void run_until(Duration end);

  private:
    struct Event {
        Duration when;
        std::uint64_t number;
        std::uint64_t life; ///< 0: the world's
        Job job;
    };
    static bool later(const Event& one, const Event& other);

    void push(Duration wait, std::uint64_t life, Job job);
    void go_on(Fiber& fiber);
    /// Back among the idle ones, once it is done.
    void retire(const Fiber& fiber);
    void unwind();

    Duration now_{};
    std::uint64_t numbers_ = 0;
    std::uint64_t life_ = 0;
    bool dying_ = false;
    std::vector<Event> events_; // a heap
    std::vector<std::unique_ptr<Fiber>> idle_;
    std::vector<std::unique_ptr<Fiber>> running_;
    Fiber* present_ = nullptr;
    Job on_cut_;
};

} // namespace efaxd::simulation
