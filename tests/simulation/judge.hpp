// The judge: compares what the servers hold with what they were owed.
#pragma once

#include "simulation/simulation.hpp"

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace efaxd::simulation {

/// Looks once nothing is left to do. Whatever is wrong becomes the world's complaint.
class Judge {
  public:
    explicit Judge(Simulation& simulation);

    void judge(Result& result);

  private:
    void judge_fax(const SimFax& fax, Result& result);
    void judge_document(const SimFax& fax, const SimInbound& made);
    void judge_undelivered(const SimFax& fax, const Entry* entry);
    void judge_binaries();
    void judge_outbound(const SimOutbound& outbound, Result& result);
    void judge_row(const Transmission& row, bool neighbour_held);
    void judge_status(const SimOutbound& outbound, std::span<const Transmission> rows);
    void judge_arrivals();
    void expect(bool so, const std::string& complaint);

    Simulation& simulation_;
    World& world_;
    std::multimap<std::string, const SimInbound*> made_; ///< inbound ones, by fax id as written
    std::map<std::string, Entry> entries_;
};

} // namespace efaxd::simulation
