// eFax in memory: mailboxes that are listed oddly, documents that come late, and faxes that go out.
#pragma once

#include "efax/efax_service.hpp"
#include "simulation/world.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace efaxd::simulation {

/// A received fax, as eFax and the judge know it.
struct SimFax {
    Fax fax;
    std::string user_id;
    std::uint64_t number = 0; ///< in the order of their coming
    Duration listed_from{};
    Duration image_from{};
    bool gone = false;   ///< deleted by a rival, by retention, or by us
    bool ours = false;   ///< deleted by us
    bool poison = false; ///< its document is cut short, for ever
    bool varies = false; ///< each rendering of the document has other bytes
    int renderings = 0;
    bool handed_out = false; ///< whole, at least once
    bool refused = false;    ///< by the FHIR server, for ever
    bool spool_lost = false; ///< the disk lost its document once
    bool ownerless = false;  ///< its owner was deleted: nobody polls for it any more
    Duration gone_at{};

    std::string document(int rendering) const;
};

/// A fax that eFax has taken.
struct SimSent {
    std::string fax_id;
    std::string reference;
    std::string number;
    std::string user_id;
    std::string document;
    Instant taken{};
    Duration ends{};        ///< when it has its final state
    SendStatus final_state; ///< unless it is cancelled before
    bool cancelled = false;
    Duration listed_from{};
};

/// Stands in for the adapter: the same ports, no network.
class SimEfax : public efax::EfaxService {
  public:
    explicit SimEfax(World& world);

    Listing list(const Mailbox& mailbox, ListPass pass, Instant since, const Pages& settled,
                 std::stop_token stop) override;
    void fetch(const std::string& user_id, const Fax& fax, const DocumentSink& sink,
               std::stop_token stop) override;
    void acknowledge(const std::string& user_id, const Fax& fax, std::stop_token stop) override;
    void remove(const std::string& user_id, const Fax& fax, std::stop_token stop) override;
    std::string submit(const Submission& submission, std::stop_token stop) override;
    std::optional<SentFax> find_sent(const std::string& user_id, const std::string& reference, Instant since,
                                     Duration may_be_old, std::stop_token stop) override;
    SendStatus status(const std::string& user_id, const std::string& fax_id, std::stop_token stop) override;
    CancelReply cancel(const std::string& user_id, const std::string& fax_id, std::stop_token stop) override;

    /// A fax comes in.
    SimFax& put(const std::string& user_id);
    void erase(SimFax& fax);
    SimFax* find(const std::string& fax_id);
    const std::vector<std::unique_ptr<SimFax>>& faxes() const { return faxes_; }
    const std::vector<std::unique_ptr<SimSent>>& sent() const { return sent_; }
    const SimSent* sent_by_reference(const std::string& reference) const;
    /// How it stands, as the eFax portal would show it to a person.
    SendStatus state_of(const SimSent& sent) const;

    std::set<std::string> refused_users;               ///< 403 on their lists
    std::function<void(const SimSent&)> about_to_take; ///< the judge looks on

  private:
    Listing list_now(const Mailbox& mailbox, ListPass pass, Instant since, const Pages& settled);
    std::string take(const Submission& submission, const std::string& document);
    SimSent* sent_by_id(const std::string& fax_id);

    World& world_;
    Dice dice_;
    std::vector<std::unique_ptr<SimFax>> faxes_;
    std::map<std::string, SimFax*> by_id_;
    std::map<std::string, std::vector<SimFax*>> boxes_;
    std::vector<std::unique_ptr<SimSent>> sent_;
    std::map<std::string, SimSent*> sent_by_id_;
    std::map<std::string, SimSent*> sent_by_reference_;
};

} // namespace efaxd::simulation
