// The daemon: one loop that decides, and hands that do.
#pragma once

#include "app/board.hpp"
#include "app/callers.hpp"
#include "app/errand_runner.hpp"
#include "app/occasionally.hpp"
#include "app/project.hpp"
#include "app/receptions.hpp"
#include "app/reload.hpp"
#include "app/send_calls.hpp"
#include "config/config.hpp"
#include "efaxd/core/schedule.hpp"
#include "efaxd/ports/ledger.hpp"
#include "flow/decisions.hpp"
#include "serve/door.hpp"
#include "serve/tcp_door.hpp"
#include "system/notify.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace efaxd::app {

/// Lives on its own loop thread, which never blocks: whatever may wait (network, disk, ledger) is an errand
/// or a job on a hand, and comes home by post. Takes over signals: TERM and INT stop, HUP reloads, USR1 polls
/// everything now.
class Daemon {
  public:
    struct Parts {
        std::filesystem::path config_file;
        config::Config config;
        Ground ground;
        Projects projects;
        std::string sqlite_version;
        std::function<std::uint64_t()> free_disk;
    };

    explicit Daemon(Parts parts);
    ~Daemon();

    /// Runs until a signal stops it; returns the exit code: 0, or 74 when our own ground failed. Throws
    /// std::system_error if the status socket cannot be had.
    int run();

  private:
    using Job = std::function<void()>;
    static constexpr Duration summary_every{std::chrono::hours{1}};
    friend class Routes;
    friend class Operations;

  public:
    // For what comes in at the doors; on the loop, but for `now`.
    Instant now() const { return ground_.clock.now(); }
    enum class Change { done, no_such_fax, busy, failed };
    using Decide = std::function<flow::Decision(Transmission&)>;
    using Decided = std::function<void(Change, const flow::Decision&)>;
    /// Changes a transmission as the story allows, while no errand may touch it. `busy`: an errand was out on
    /// its Communication, and nothing was done.
    void decide(const TransmissionKey& key, Decide decide, Decided done);
    /// Tells from the desk.
    void list_transmissions(const OutboxQuery& query,
                            std::function<void(const std::vector<Transmission>&)> told);
    const Projects& projects() const { return projects_; }
    std::string only_project() const; ///< its name; empty if there are several
    void note_forged_notification(const std::string& project);
    void note_refused_caller(const std::string& project);
    /// eFax says that something has happened: polls and looks at what is under way, unless that was done just
    /// now.
    void look_after_notification(const std::string& project);

  private:
    void listen_to_signals();
    void on_signal(int number);
    void stop();
    /// Does a short job that may wait for the ledger or a file. The desk has threads of its own, so that one
    /// can look inside while every hand is stalled. A GroundFault ends the daemon, anything else is logged.
    void at_desk(Job job);
    void run_job(const Job& job);
    /// Does a job for a caller of an operation that asks a server and may take seconds.
    /// False if too many wait already.
    bool at_clerk(Job job);
    /// Does a long job that asks both servers, on a thread of its own; false if one is being done already.
    bool inspect(Job job);

    void send_out();
    void arm();
    void came_back(ErrandReport report);
    void poll_came_back(const ErrandReport& report);
    void carry_came_back(const ErrandReport& report);
    void discovery_came_back(const ErrandReport& report);
    void pick_up_came_back(const ErrandReport& report);
    void send_came_back(const ErrandReport& report);

    /// The mailbox's poll goes out now; one that is out already will do.
    void poll_for_caller(const std::string& mailbox);
    /// The Communication's errand goes out now, after the one that is out if there is one.
    void send_for_caller(const OutboundKey& key, bool eager);
    void plan_pick_up(const Project& project);
    void open_operations();

    void gather(); ///< asks the ledger for what is due
    void gather_by(Steady when);
    void gathered(const Due& due, const OutboxDue& outbound);

    void adopt_project(const std::shared_ptr<Project>& project);
    void leave_project(const std::string& name);
    void sync_mailboxes(const Project& project);
    void add_mailbox(const Mailbox& mailbox, std::size_t position, std::size_t of);
    void remove_mailbox(const std::string& id);
    Steady jittered(Duration interval);

    std::size_t poll_now(const std::string& mailbox); ///< empty: all; returns how many
    void recall_pauses();
    void pause(const std::string& mailbox, bool paused); ///< survives a restart
    using Changed = std::function<void(Change, const Entry&)>;
    /// Changes a fax while no errand may touch it. `busy`: an errand was out on it, and nothing was done.
    void change_fax(const FaxKey& key, std::function<void(Entry&)> change, Changed done);
    serve::Status status(const Totals& totals, const OutboxTotals& outbound, std::uint64_t free_disk) const;
    /// Reads the file on a hand, then takes it over whole or not at all; `done` hears what was wrong, if
    /// anything.
    void reload(std::function<void(std::string problem)> done);
    void take_over(config::Config config, const Projects& projects);

    void housekeeping();
    void refresh_totals();
    void look_for_alarms();
    void find_orphans();
    void summary();
    void tell_systemd();
    bool stuck() const;

    std::filesystem::path config_file_;
    config::Config config_;
    Ground ground_;
    Projects projects_;
    std::string sqlite_version_;
    std::function<std::uint64_t()> free_disk_;
    Instant started_;

    boost::asio::io_context loop_{1};
    boost::asio::signal_set signals_{loop_};
    boost::asio::steady_timer alarm_{loop_};
    boost::asio::steady_timer housekeeping_{loop_};
    boost::asio::thread_pool hands_;
    boost::asio::thread_pool desk_{4};
    boost::asio::thread_pool inspector_{1};
    boost::asio::thread_pool clerks_{8};
    std::atomic<int> clerk_jobs_ = 0; ///< in the line or being done
    std::stop_source stop_;
    std::atomic<int> exit_code_ = 0;
    std::atomic<bool> inspecting_ = false;

    Schedule schedule_;
    Board board_;
    std::set<std::string> paused_; ///< mailbox ids, those not known at present included
    std::map<Errand, Steady> out_since_;
    Totals totals_; ///< as of the last housekeeping
    OutboxTotals outbound_totals_;
    bool moved_ = true; ///< since then
    bool gathering_ = false;
    bool gather_again_ = false;
    std::optional<Steady> gather_at_;
    Steady next_summary_{};
    bool disk_low_ = false;
    std::set<std::string> orphaned_; ///< projects whose waiting faxes were told of

    Receptions receptions_;
    SendCalls send_calls_;
    std::set<OutboundKey> eager_;             ///< looked at before their time, on their next errand
    std::set<OutboundKey> send_again_;        ///< asked for while their errand was out
    std::map<std::string, Steady> last_hint_; ///< of eFax, by project
    Occasionally forged_;
    Occasionally refused_callers_;

    system::Notifier notifier_;
    std::unique_ptr<serve::Door> door_;
    std::shared_ptr<Callers> callers_;
    std::unique_ptr<serve::TcpDoor> operations_door_;
};

} // namespace efaxd::app
