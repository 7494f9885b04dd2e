// The daemon: the foreman on one loop, with hands, timers, signals and doors.
#pragma once

#include "app/callers.hpp"
#include "app/foreman.hpp"
#include "app/occasionally.hpp"
#include "config/config.hpp"
#include "serve/door.hpp"
#include "serve/event_hub.hpp"
#include "serve/tcp_door.hpp"
#include "system/notify.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <compare>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>

namespace efaxd::app {

/// Lives on its own loop thread, which never blocks: whatever may wait (network, disk, ledger) is an errand
/// or a job on a hand, and comes home by post. Takes over signals: TERM and INT stop, HUP reloads, USR1 polls
/// everything now.
class Daemon : public Foreman {
  public:
    struct Parts {
        std::filesystem::path config_file;
        config::Config config;
        Ground ground;
        Projects projects;
        std::string sqlite_version;
        std::function<std::uint64_t()> free_disk;
        std::function<std::filesystem::path()> copy_ledger{}; ///< as House::copy_ledger
    };

    explicit Daemon(Parts parts);
    ~Daemon() override;

    /// Runs until a signal stops it; returns the exit code: 0, or 74 when our own ground failed. Throws
    /// std::system_error if the status socket cannot be had.
    int run();

    void note_forged_notification(const std::string& project);
    void note_refused_caller(const std::string& project);
    /// As `decide`, for the one decision that asks eFax and reads the whole outbox: the transmission did go
    /// out, under this id. `unreachable`: eFax could not be asked, and nothing was done.
    void confirm_under(const TransmissionKey& key, const std::string& fax_id, const Decided& done);

  private:
    struct StandingAlarm {
        std::string code;
        std::string project;
        std::string mailbox; ///< empty: of the whole project
        auto operator<=>(const StandingAlarm&) const = default;
    };
    static constexpr Duration summary_every{std::chrono::hours{1}};
    friend class Routes;
    friend class Operations;

    void at_hand(Job job) override;
    /// The desk has threads of its own, so that one can look inside while every hand is stalled.
    void at_desk(Job job) override;
    void at_loop(Job job) override;
    void wake_at(Steady when) override;
    void note_ground_fault() override;
    void stop() override;

    void listen_to_signals();
    void on_signal(int number);
    void run_job(const Job& job);
    /// Does a job for a caller of an operation that asks a server and may take seconds.
    /// False if too many wait already.
    bool at_clerk(Job job);
    /// Does a long job that asks both servers, on a thread of its own; false if one is being done already.
    bool inspect(Job job);
    void open_operations();
    void tell_whether_sending() const;

    serve::Status status(const Totals& totals, const OutboxTotals& outbound, std::uint64_t free_disk) const;
    /// Reads the file on a hand, then takes it over whole or not at all; `done` hears what was wrong, if
    /// anything.
    void reload(std::function<void(std::string problem)> done);
    void take_over(config::Config config, const Projects& projects);

    /// Answers with a copy of the ledger.
    void back_up(const serve::Reply& reply);

    void housekeeping();
    std::chrono::microseconds housekeeping_every() const;
    void refresh_totals();
    void look_for_alarms();
    void tell_alarms();
    void find_orphans();
    void summary();
    void tell_systemd();
    bool stuck() const;

    std::filesystem::path config_file_;
    config::Config config_;
    std::string sqlite_version_;
    std::function<std::uint64_t()> free_disk_;
    std::function<std::filesystem::path()> copy_ledger_;
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
    std::atomic<int> exit_code_ = 0;
    std::atomic<bool> inspecting_ = false;
    std::shared_ptr<std::atomic<bool>> backing_up_ = std::make_shared<std::atomic<bool>>(false);

    Totals totals_; ///< as of the last housekeeping
    OutboxTotals outbound_totals_;
    Steady next_summary_{};
    Steady next_keeping_{}; ///< of the arrivals
    bool disk_low_ = false;
    std::set<StandingAlarm> standing_; ///< told of as raised and not yet as cleared
    std::set<std::string> orphaned_;   ///< projects whose waiting faxes were told of
    Occasionally forged_;
    Occasionally refused_callers_;

    system::Notifier notifier_;
    serve::EventHub events_;
    std::unique_ptr<serve::Door> door_;
    std::shared_ptr<Callers> callers_;
    std::unique_ptr<serve::TcpDoor> operations_door_;
};

} // namespace efaxd::app
