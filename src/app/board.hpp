// What is known right now of every mailbox and project, for the status socket and the alarms.
#pragma once

#include "app/errand_runner.hpp"
#include "app/project.hpp"
#include "efaxd/core/arrivals.hpp"
#include "efaxd/ports/ledger.hpp"
#include "efaxd/ports/outbox.hpp"
#include "serve/status.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace efaxd::app {

/// What the loop knows of a mailbox.
struct MailboxRecord {
    Mailbox mailbox;
    Instant known_since{};
    std::optional<Instant> last_poll;
    std::optional<Instant> last_success;
    std::optional<Instant> next_poll;
    int failures = 0; ///< in a row
    std::string reason;
    bool stale = false;
    Arrivals arrivals;
    bool silent = false; ///< no new fax for unusually long
    int unreadable = 0;  ///< list items without a usable id
    bool paused = false;
};

/// What the loop knows of a project beside its mailboxes.
struct ProjectRecord {
    std::optional<Instant> discovered;
    int discovery_failures = 0;
    std::string discovery_reason;
    bool shrunk = false;
    std::string efax_reason; ///< of the last fault of that side; emptied by the next success
    std::string fhir_reason;
    bool efax_refused = false; ///< the last sign-in was refused
    bool fhir_refused = false;
    int fhir_failures = 0; ///< in a row
    bool skewed = false;   ///< our clock and a server's differ by minutes
    bool overdue = false;  ///< a fax has been waiting for delivery for too long
    bool unsent = false;   ///< a fax has been waiting to be sent for too long
    bool untold = false;   ///< a Communication has not been told for too long how its fax stands
    std::optional<Instant> picked_up;
    int pick_up_failures = 0;
    flow::PickedUp pick_up; ///< the last one
};

/// Faxes of a project, or of all with an empty name.
struct FaxCount {
    std::int64_t waiting = 0; ///< not delivered and not held
    std::int64_t held = 0;
    std::int64_t delivered = 0;
};
FaxCount count_faxes(const Totals& totals, const std::string& project);

/// Transmissions of a project.
struct SendCount {
    std::int64_t waiting = 0; ///< without an outcome, and not held
    std::int64_t held = 0;
    std::int64_t completed = 0;
    std::int64_t failed = 0;
    std::int64_t cancelled = 0;
};
SendCount count_transmissions(const OutboxTotals& totals, const std::string& project);

/// Lives on the loop.
class Board {
  public:
    MailboxRecord& mailbox(const std::string& id) { return mailboxes_[id]; }
    MailboxRecord* find_mailbox(const std::string& id);
    void forget_mailbox(const std::string& id) { mailboxes_.erase(id); }
    std::map<std::string, MailboxRecord>& mailboxes() { return mailboxes_; }

    ProjectRecord& project(const std::string& name) { return projects_[name]; }
    void forget_project(const std::string& name) { projects_.erase(name); }

    void note_efax_success(const std::string& project);
    void note_fhir_success(const std::string& project);
    /// Keeps the reason of the side the fault came from. True: a sign-in has just come to be refused.
    bool note_fault(const std::string& project, const Fault& fault);

    /// Marks the mailboxes that have not been read for three polls and at least `patience`, and returns those
    /// that have just become so.
    std::vector<std::string> find_stale(Instant now, Duration patience);

    /// Compares the clocks of both sides with ours, and returns the projects that have just come to differ by
    /// more than five minutes.
    std::vector<std::string> find_skewed(const std::map<std::string, std::shared_ptr<Project>>& projects);

    /// Marks the mailboxes that are read and yet have brought no fax for unusually long, and returns those
    /// that have just become so.
    std::vector<std::string> find_silent(Instant now);

    /// The projects of which a fax has just come to wait longer than `patience` for its delivery.
    std::vector<std::string> find_overdue(const Totals& totals, Instant now, Duration patience);

    /// The projects that send, and of which a fax has just come to wait longer than `patience` to be taken by
    /// eFax.
    std::vector<std::string> find_unsent(const std::map<std::string, std::shared_ptr<Project>>& projects,
                                         const OutboxTotals& totals, Instant now, Duration patience);

    /// The projects of which a Communication has just come to wait longer than `patience`, or for too many
    /// tries, to be told how its fax stands.
    std::vector<std::string> find_untold(const OutboxTotals& totals, Instant now, Duration patience);

    /// Everything but what the daemon itself must add (version, hands, disk).
    serve::Status status(const std::map<std::string, std::shared_ptr<Project>>& projects,
                         const Totals& totals, const OutboxTotals& outbound) const;

  private:
    static serve::ProjectStatus::Sending sending_of(const Project& project, const OutboxTotals& totals);

    std::map<std::string, MailboxRecord> mailboxes_;
    std::map<std::string, ProjectRecord> projects_;
};

} // namespace efaxd::app
