#include "simulation/plan.hpp"

#include "spool/file_spool.hpp"

#include <array>

namespace efaxd::simulation {

namespace {

using namespace std::chrono_literals;

template <class Value, std::size_t size>
Value any(Dice& dice, const std::array<Value, size>& values) {
    return values[dice.below(size)];
}

config::Project make_project(Dice& dice) {
    config::Project project;
    project.name = "clinic";
    project.mailboxes.system_recipient = "Organization/front-desk";
    project.mailboxes.poll = any<Duration>(dice, std::array<Duration, 4>{1min, 2min, 5min, 15min});
    project.mailboxes.discover_every = any<Duration>(dice, std::array<Duration, 2>{15min, 2h});
    project.receive.acknowledge = dice.chance(0.8);
    if (dice.chance(0.3))
        project.receive.delete_after = any<Duration>(dice, std::array<Duration, 3>{0min, 2h, 24h});
    project.send.live = true;
    project.send.pick_up = any<Duration>(dice, std::array<Duration, 3>{30s, 2min, 10min});
    project.send.at_once = any<int>(dice, std::array<int, 2>{1, 3});
    project.send.per_hour = any<int>(dice, std::array<int, 2>{5, 30});
    project.send.retries = any<int>(dice, std::array<int, 2>{0, 2});
    project.send.give_up = 48h;
    return project;
}

} // namespace

Plan make_plan(std::uint64_t seed, int days) {
    Dice dice(seed);
    Plan plan;
    plan.seed = seed;
    plan.days = days;
    plan.owners = static_cast<int>(dice.below(6));
    plan.faxes = any<double>(dice, std::array<double, 4>{4, 15, 40, 90});
    plan.communications = any<double>(dice, std::array<double, 4>{2, 8, 20, 40});
    plan.fault = any<double>(dice, std::array<double, 4>{0, 0.01, 0.05, 0.2});
    plan.cut = any<double>(dice, std::array<double, 4>{0, 0.0005, 0.002, 0.01});
    plan.outages = any<double>(dice, std::array<double, 3>{0, 0.5, 2});
    plan.jumps = any<double>(dice, std::array<double, 4>{0, 0, 0.5, 4});
    plan.odd_lists = any<double>(dice, std::array<double, 3>{0, 0.01, 0.1});
    plan.client_ids = dice.chance(0.5);
    plan.racy = dice.chance(0.5);
    plan.hands = any<int>(dice, std::array<int, 3>{4, 8, 32});
    plan.project = make_project(dice);
    plan.bare = dice.chance(0.05);
    plan.memory = any<std::size_t>(
        dice, std::array<std::size_t, 3>{0, std::size_t{256} << 10, spool::FileSpool::usual_memory});
    return plan;
}

} // namespace efaxd::simulation
