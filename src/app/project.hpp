// A project at work: both its sides, its stories and its mailboxes.
#pragma once

#include "app/ground.hpp"
#include "app/outgoing.hpp"
#include "config/config.hpp"
#include "efax/efax_service.hpp"
#include "efaxd/core/mailbox.hpp"
#include "fhir/server.hpp"
#include "flow/delivery.hpp"
#include "flow/discovery.hpp"
#include "flow/poll.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace efaxd::app {

/// The two sides of a project, and what its secrets say of them.
struct Sides {
    std::shared_ptr<efax::EfaxService> efax;
    std::shared_ptr<fhir::Server> fhir;
    std::string system_user_id{}; ///< of the shared number; empty if there is none
    std::string webhook_secret{}; ///< of eFax's notifications; empty: they are not taken
};

/// Safe from any thread. Errands hold their project, so that a reload cannot pull it away under them.
class Project {
  public:
    /// Reads the shared number's user ID and the secret of notifications; throws system::SecretError. Where
    /// the configuration of a side is the same as the former project's, its service lives on with its token
    /// and connections.
    Project(const config::Project& config, const Ground& ground, const Project* former = nullptr);
    Project(config::Project config, const Ground& ground, Sides sides);

    const std::string& name() const { return config_.name; }
    const config::Project& config() const { return config_; }
    efax::EfaxService& efax() const { return *sides_.efax; }
    fhir::Server& fhir() const { return *sides_.fhir; }
    flow::Poll& poll() { return poll_; }
    Outgoing& outgoing() { return outgoing_; }
    /// Of the shared number; empty if there is none.
    const std::string& system_user_id() const { return sides_.system_user_id; }
    /// Of eFax's notifications, as it was at the start or the last reload; empty: they are not taken.
    const std::string& webhook_secret() const { return sides_.webhook_secret; }

    /// The mailboxes as they are at present.
    std::shared_ptr<const MailboxList> mailboxes() const;
    std::optional<Mailbox> mailbox(const std::string& id) const;

    flow::PollReport poll_mailbox(const Mailbox& mailbox, std::stop_token stop);

    /// Carries a fax on; one that is not in the ledger, not due, settled or held is returned as it is.
    Entry carry(const FaxKey& key, std::stop_token stop, flow::Delivery::OnFault on_fault);

    bool discovers() const { return discovery_.anything(); }
    /// Asks the FHIR server for the owners and remakes the mailboxes. True if the answer was suspiciously
    /// small.
    bool discover(std::stop_token stop);
    /// The mailboxes as a discovery would make them now; changes nothing.
    MailboxList foresee_mailboxes(std::stop_token stop);
    /// The next discovery may find fewer owners: an administrator wants it so.
    void accept_fewer();

  private:
    static Sides sides_of(const config::Project& config, const Ground& ground, const Project* former);
    flow::DeliverySettings delivery_settings() const;
    flow::Recipients recipients(const Entry& entry) const;
    MailboxList mailboxes_of(const flow::Discovered& discovered) const;
    flow::Discovered ask_for_owners(std::stop_token stop);

    config::Project config_;
    Ground ground_;
    Sides sides_;
    flow::DiscoverySettings discovery_;
    flow::Poll poll_;
    Outgoing outgoing_;

    mutable std::mutex mutex_;
    flow::Discovered discovered_;
    bool accept_fewer_ = false;
    std::shared_ptr<const MailboxList> mailboxes_;
    std::map<std::string, flow::MailboxMemory> memories_; // by mailbox id and user id
};

} // namespace efaxd::app
