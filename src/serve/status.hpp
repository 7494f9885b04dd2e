// What the status socket shows: plain values, filled by the daemon, written as JSON by serve/status_json.
#pragma once

#include "efaxd/core/entry.hpp"
#include "efaxd/core/instant.hpp"
#include "efaxd/core/owner.hpp"
#include "efaxd/core/usage.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace efaxd::serve {

struct MailboxStatus {
    std::string id;
    std::string project;
    Owner owner;
    std::string recipient;
    std::string masked_user_id;
    bool polling = false; ///< an errand is out right now
    bool paused = false;  ///< a person asked for a pause
    std::optional<Instant> last_poll;
    std::optional<Instant> last_success;
    std::optional<Instant> next_poll;
    int failures = 0;                ///< in a row
    std::string reason;              ///< code of the last failure, empty when well
    bool stale = false;              ///< not read for too long: an alarm
    bool silent = false;             ///< no new fax for unusually long: an alarm
    std::optional<Instant> last_fax; ///< when new faxes were last claimed, as far as remembered
    std::int64_t waiting = 0;        ///< faxes claimed and not yet delivered, the held ones not counted
    std::int64_t held = 0;
    std::int64_t delivered = 0; ///< delivered or acknowledged
};

struct SideStatus {
    std::string base_url;
    bool signed_in = false;
    int tokens_asked = 0;
    bool rival = false; ///< eFax only
    std::optional<Duration> paused;
    std::optional<Duration> skew;
    std::string reason; ///< code of the last fault of this side, empty when well
};

struct ProjectStatus {
    std::string name;
    SideStatus efax;
    SideStatus fhir;
    std::optional<Instant> discovered;          ///< last successful discovery
    std::string discovery_reason;               ///< code of the last failure, empty when well
    std::map<std::string, std::int64_t> stages; ///< faxes by stage name, the held ones included
    std::int64_t held = 0;
    std::int64_t waiting = 0;
    std::optional<Instant> oldest_undelivered;
    std::int64_t suspected_spares = 0;
    std::vector<std::string> alarms;                    ///< event codes that stand at present
    std::map<std::string, std::string> alarm_resources; ///< a resource that an alarm is about, by its code

    /// Transmissions, by the ledger.
    struct Sending {
        bool live = false;                          ///< else everything waits for an administrator
        std::map<std::string, std::int64_t> stages; ///< by stage name, the held ones included
        std::int64_t waiting = 0;                   ///< not over, the held ones not counted
        std::int64_t held = 0;
        std::int64_t completed = 0;
        std::int64_t failed = 0;
        std::int64_t cancelled = 0;
        std::optional<Instant> oldest_unsubmitted; ///< when the oldest one eFax has not taken was accepted
        /// By the last search for waiting Communications: claimed or sent by somebody else, or by a lost
        /// ledger.
        std::int64_t claimed_elsewhere = 0;
        std::int64_t untold = 0; ///< whose Communication does not say yet how they stand, though it was tried
    };
    Sending sending;
};

struct Status {
    std::string version;
    std::string sqlite_version;
    Instant started{};
    Instant now{};
    int hands = 0;
    int busy_hands = 0;
    std::uint64_t free_disk_bytes = 0;
    std::optional<Usage> usage; ///< for the metrics
    std::vector<ProjectStatus> projects;
    std::vector<MailboxStatus> mailboxes;
};

/// As etc/status.schema.json says. Mailboxes are only counted here; see mailboxes_json.
std::string status_json(const Status& status);
/// One page: at most `limit` after the mailbox id `after`; `next` in the answer is the next page's `after`.
std::string mailboxes_json(const Status& status, const std::string& after, std::size_t limit);
/// One page of entries. No numbers, no members.
std::string faxes_json(const std::vector<Entry>& page, std::size_t limit);
std::string fax_json(const Entry& entry);
/// Prometheus text format.
std::string metrics_text(const Status& status);

} // namespace efaxd::serve
