// A clinic, its servers, its people and its bad luck, for some simulated days.
#pragma once

#include "fakes/fake_converter.hpp"
#include "fakes/temp_dir.hpp"
#include "simulation/life.hpp"
#include "simulation/sim_efax.hpp"
#include "simulation/sim_fhir.hpp"
#include "simulation/world.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace efaxd::simulation {

struct Result {
    std::uint64_t seed = 0;
    std::uint64_t hash = 0; ///< of everything that happened
    std::string complaint;  ///< empty: all is well
    Counts counts;
    long faxes = 0;
    long delivered = 0;
    long communications = 0;
    long sent = 0;
    long held = 0;
    double days = 0;
};

/// Who keeps the ledger. A run does not depend on it: what happens, happens with either.
enum class Keeper {
    sqlite, ///< the real one
    plain,  ///< several times faster
};

class Simulation {
  public:
    Simulation(const Plan& plan, Keeper keeper);
    ~Simulation();

    /// The days of the plan, then a time without faults until nothing is left to do, then the judge.
    Result run();

  private:
    using Job = std::function<void()>;

    // ---- the process under test
    void begin_life();
    void life_ended();
    void restart();
    void end_when_idle();

    // ---- things that happen again and again while it storms, about so many times a day
    void again_and_again(double a_day, const Job& job);
    void set_up();
    void set_up_weather();
    void set_up_people();
    void fax_arrives();
    void others_touch(SimFax& fax);
    void communication_is_made();
    void staff_touch(const std::string& id);
    void outage();
    void clock_jumps();
    void disk_loses_a_document();
    void owners_change();
    void look_at_held();
    void decide_about(const Transmission& row);
    void calm();
    /// Now, or when the process runs again: a person comes back.
    void once_alive(const Job& job);

    // ---- the judge
    void every_hour();
    bool all_done();
    void watch_submission(const SimSent& sent);
    friend class Judge;

    static std::string text_of(const std::string& communication);

    Plan plan_;
    Keeper keeper_;
    PlainLedger plain_;
    World world_;
    SimEfax efax_;
    SimFhir fhir_;
    fakes::FakeConverter converter_;
    fakes::TempDir dir_{fakes::TempDir::Where::quick};
    std::unique_ptr<Life> life_;
    Dice dice_;
    bool restarting_ = false;
    std::vector<std::string> users_;                             ///< user IDs with a number
    std::map<std::pair<std::string, std::string>, int> resends_; ///< by number and document, asked by persons
};

Result simulate(std::uint64_t seed, int days, Keeper keeper);

} // namespace efaxd::simulation
