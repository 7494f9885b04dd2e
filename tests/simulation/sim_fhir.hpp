// A FHIR server in memory, with the staff who work on it.
#pragma once

#include "fhir/server.hpp"
#include "simulation/world.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace efaxd::simulation {

/// The Communication of a received fax.
struct SimInbound {
    std::string id;
    std::string fax_id; ///< as the identifier has it
    Direction direction = Direction::inbound;
    std::string binary;
    Document document;
    bool stranger = false; ///< another program made it
    bool deleted = false;
    bool never_known = false; ///< deleted before efaxd heard of it, so that it made another
    Duration made{};
};

/// A Communication to be sent.
struct SimOutbound {
    OutboundCommunication communication;
    CommunicationStanding standing;
    int version = 1;
    bool gone = false;
    std::optional<Duration> ended_by_staff; ///< when
    std::string status_by_staff;
};

/// Stands in for the adapter: the same ports, no network.
class SimFhir : public fhir::Server {
  public:
    explicit SimFhir(World& world);

    std::vector<Match> find(const std::string& fax_id, bool inbound_only, std::stop_token stop) override;
    bool takes_client_ids(std::stop_token stop) override;
    std::string upload(SpoolReader& document, std::string_view media_type, const std::string& wanted_id,
                       std::stop_token stop) override;
    Match create(const InboundCommunication& communication, Unless unless, std::stop_token stop) override;
    void remove_binary(const std::string& id, std::stop_token stop) override;
    bool exists(const std::string& reference, std::stop_token stop) override;
    std::vector<OwnedUser> owners(OwnerKind kind, std::stop_token stop) override;
    std::vector<OwnedUser> users_of(const Owner& owner, std::stop_token stop) override;

    OutboundCommunication read(const std::string& id, std::stop_token stop) override;
    OutboundCommunication read_body(std::string_view body, std::stop_token stop) override;
    std::string file(const OutboundCommunication& communication, std::stop_token stop) override;
    void fetch(const OutboundDocument& document, const DocumentSink& sink, std::stop_token stop) override;
    std::optional<CommunicationStanding> standing(const std::string& id, std::stop_token stop) override;
    Written change(const std::string& id, const CommunicationStanding& known,
                   const CommunicationChange& change, std::stop_token stop) override;
    bool claim(const std::string& id, const std::string& installation, std::stop_token stop) override;
    std::vector<InProgress> in_progress(std::stop_token stop) override;

    // ---- what others do, and what the judge sees
    void put_by_stranger(const std::string& fax_id, Direction direction);
    SimOutbound& put_outbound(const std::vector<std::string>& numbers);
    /// Staff change a Communication.
    template <class Change>
    void staff(SimOutbound& kept, Change change) {
        change(kept);
        ++kept.version;
    }

    std::vector<SimInbound> inbound;
    std::map<std::string, std::string> binaries; ///< bytes by id
    std::map<std::string, SimOutbound> outbound;
    std::map<std::string, std::string> documents; ///< of outbound Communications, by URL
    std::vector<OwnedUser> users;
    std::set<std::string> vanished; ///< references that no longer resolve
    std::set<std::string> refused;  ///< fax ids whose Communication is refused for ever
    bool client_ids = false;
    int uploads_without_id = 0;

  private:
    std::vector<Match> matches(const std::string& fax_id, bool inbound_only) const;
    Match make(const InboundCommunication& communication);
    Written write(const std::string& id, const std::string& version, const CommunicationChange& change);

    World& world_;
    Dice dice_;
    std::multimap<std::string, std::size_t> by_fax_;
    int last_id_ = 0;
};

} // namespace efaxd::simulation
