// The one thread that writes to the ledger, and commits many callers' changes together.
#pragma once

#include "efaxd/core/instant.hpp"
#include "ledger/database.hpp"
#include "ledger/signal.hpp"

#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace efaxd::ledger {

/// Syncing one commit costs as much as syncing a hundred changes in it. Callers hand in a change and wait;
/// the thread takes all that wait, runs each in a savepoint of its own within one transaction, commits, and
/// wakes them all. A change that throws undoes itself and not its neighbours.
///
/// After a GroundFault nothing is written any more and every later call throws GroundFault.
class Writer {
  public:
    using Change = std::function<void(Database&)>;

    /// `tidy` runs outside of any transaction, if anything was changed: once nothing more was for the time
    /// `quiet`, at the latest `longest` after the first change, and at the end.
    Writer(std::unique_ptr<Database> database, Duration quiet, Duration longest, Change tidy);
    /// No call may be under way.
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Returns once the change is durable. Throws what the change threw, or why the commit failed. The change
    /// runs on the writing thread.
    void apply(const Change& change);

    /// Throws GroundFault if the ledger failed before.
    void check() const;

  private:
    /// Shared by its caller and the thread: either may be the last to touch it.
    struct Job {
        explicit Job(const Change& wanted) : change(&wanted) {}

        const Change* change;
        std::exception_ptr error{};
        Signal done{}; ///< wakes its own caller and nobody else
    };
    using Group = std::vector<std::shared_ptr<Job>>;

    void work();
    bool rest(std::unique_lock<std::mutex>& lock);
    void commit(const Group& group);
    void run(Job& job);
    void take_care_of_log();
    void tidy();
    void condemn(const std::string& why);

    std::unique_ptr<Database> database_;
    const Duration quiet_;
    const Duration longest_;
    const Change tidy_;
    std::optional<Steady> untidy_since_; ///< the thread's own
    bool failed_ = false;                ///< as `why_failed_`, the thread's own

    mutable std::mutex mutex_;
    std::condition_variable handed_in_;
    Group waiting_;
    bool stopping_ = false;
    std::string why_failed_;

    std::thread thread_;
};

} // namespace efaxd::ledger
