#include "simulation/timeline.hpp"

#include "fakes/power.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace efaxd::simulation {

namespace {

constexpr int most_in_a_moment = 200'000; ///< events without a millisecond between them: a hot loop

} // namespace

bool Timeline::later(const Event& one, const Event& other) {
    return std::pair(one.when, one.number) > std::pair(other.when, other.number);
}

void Timeline::push(Duration wait, std::uint64_t life, Job job) {
    events_.push_back({now_ + std::max(wait, Duration{0}), ++numbers_, life, std::move(job)});
    std::ranges::push_heap(events_, later);
}

void Timeline::spawn(Job job) {
    std::unique_ptr<Fiber> fiber;
    if (idle_.empty()) {
        fiber = std::make_unique<Fiber>();
    } else {
        fiber = std::move(idle_.back());
        idle_.pop_back();
    }
    fiber->take(std::move(job));
    running_.push_back(std::move(fiber));
    in_life(Duration{0}, [this, starting = running_.back().get()] { go_on(*starting); });
}

void Timeline::go_on(Fiber& fiber) {
    Fiber* const before = std::exchange(present_, &fiber);
    try {
        fiber.resume();
    } catch (const fakes::PowerCut&) {
        dying_ = true;
    } catch (...) {
        present_ = before;
        retire(fiber);
        throw;
    }
    present_ = before;
    retire(fiber);
}

void Timeline::retire(const Fiber& fiber) {
    if (!fiber.done())
        return;
    const auto place = std::ranges::find(running_, &fiber, [](const auto& one) { return one.get(); });
    idle_.push_back(std::move(*place));
    running_.erase(place);
}

void Timeline::sleep(Duration wait) {
    if (dying_)
        throw fakes::PowerCut{};
    Fiber& self = *present_;
    in_life(wait, [this, &self] { go_on(self); });
    self.pause();
    if (dying_)
        throw fakes::PowerCut{};
}

void Timeline::cut() {
    dying_ = true;
    if (present_)
        throw fakes::PowerCut{};
    unwind();
}

void Timeline::unwind() {
    while (!running_.empty())
        go_on(*running_.back());
    ++life_; // nobody's, until the next begins
    std::erase_if(events_, [&](const Event& event) { return event.life != 0; });
    std::ranges::make_heap(events_, later);
    dying_ = false;
    if (on_cut_)
        on_cut_();
}

void Timeline::run_until(Duration end) {
    int in_this_moment = 0;
    while (!events_.empty() && events_.front().when <= end) {
        std::ranges::pop_heap(events_, later);
        const Event event = std::move(events_.back());
        events_.pop_back();
        in_this_moment = event.when > now_ ? 0 : in_this_moment + 1;
        if (in_this_moment > most_in_a_moment)
            throw std::runtime_error("a hot loop: time does not move on");
        now_ = event.when;
        event.job();
        if (dying_)
            unwind();
    }
    now_ = std::max(now_, end);
}

} // namespace efaxd::simulation
