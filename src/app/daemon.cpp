#include "app/daemon.hpp"

#include "app/operations.hpp"
#include "app/reload.hpp"
#include "app/routes.hpp"
#include "efaxd/log.hpp"
#include "system/process.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <csignal>
#include <sysexits.h>
#include <typeinfo>

namespace efaxd::app {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr int most_clerk_jobs = 3000;
constexpr Duration tick = 100ms; ///< wake-ups are gathered into ticks of this length
} // namespace

Daemon::Daemon(Parts parts)
    : Foreman(parts.ground, parts.config.hands, parts.projects), config_file_(std::move(parts.config_file)),
      config_(std::move(parts.config)), sqlite_version_(std::move(parts.sqlite_version)),
      free_disk_(std::move(parts.free_disk)), copy_ledger_(std::move(parts.copy_ledger)),
      started_(ground_.clock.now()), hands_(static_cast<std::size_t>(config_.hands)),
      next_summary_(ground_.clock.steady() + summary_every) {}

Daemon::~Daemon() {
    stop_.request_stop();
    hands_.join();
    desk_.join();
    inspector_.join();
    clerks_.join();
}

// ---- life

int Daemon::run() {
    serve::DoorOptions options;
    options.socket = config_.socket;
    door_ = std::make_unique<serve::Door>(loop_.get_executor(), options, Routes(*this).table(),
                                          Routes::may_change);
    open_operations();
    listen_to_signals();
    gather();
    housekeeping();
    notifier_.ready();
    log::write(log::daemon_started,
               {log::count("projects", static_cast<std::int64_t>(projects_.size())),
                log::count("mailboxes", static_cast<std::int64_t>(board_.mailboxes().size())),
                log::place(config_.socket.string())});
    tell_whether_sending();
    send_out();
    system::trim_memory(); // reading the configuration has left much behind
    loop_.run();

    door_->close();
    if (operations_door_)
        operations_door_->close();
    stop_.request_stop();
    if (exit_code_ == 0)
        keep_arrivals();
    hands_.join();
    desk_.join();
    inspector_.join();
    clerks_.join();
    log::tell_left_out(true);
    log::write(log::daemon_stopped);
    return exit_code_;
}

void Daemon::listen_to_signals() {
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1})
        signals_.add(number);
    const auto wait = [this](auto&& self) -> void {
        signals_.async_wait([this, self](const boost::system::error_code& error, int number) {
            if (error)
                return;
            on_signal(number);
            self(self);
        });
    };
    wait(wait);
}

void Daemon::on_signal(int number) {
    switch (number) {
    case SIGHUP:
        reload({});
        break;
    case SIGUSR1:
        poll_now({});
        break;
    default:
        stop();
    }
}

void Daemon::stop() {
    if (stop_.stop_requested())
        return;
    log::write(log::daemon_stopping);
    notifier_.stopping();
    stop_.request_stop();
    loop_.stop();
}

void Daemon::run_job(const Job& job) {
    try {
        job();
    } catch (const Stopped&) { // the daemon is going down
    } catch (const GroundFault& fault) {
        exit_code_ = EX_IOERR;
        asio::post(loop_, [this, text = std::string(fault.what())] {
            log::write(log::daemon_ground_failed, {log::detail(Fault(Fault::Kind::lasting, "ground", text))});
            stop();
        });
    } catch (const std::exception& error) {
        log::write(log::daemon_internal, {log::place(typeid(error).name())});
    }
}

void Daemon::at_hand(Job job) { asio::post(hands_, std::move(job)); }

void Daemon::at_loop(Job job) { asio::post(loop_, std::move(job)); }

void Daemon::wake_at(Steady when) {
    // Rounded up to a tick, so that thousands of mailboxes do not wake us thousands of times.
    const auto ticks = (when.time_since_epoch() + tick - std::chrono::nanoseconds(1)) / tick;
    alarm_.expires_at(Steady{ticks * tick});
    alarm_.async_wait([this](const boost::system::error_code& error) {
        if (!error)
            wake();
    });
}

void Daemon::note_ground_fault() { exit_code_ = EX_IOERR; }

void Daemon::at_desk(Job job) {
    asio::post(desk_, [this, job = std::move(job)] { run_job(job); });
}

bool Daemon::inspect(Job job) {
    if (inspecting_.exchange(true))
        return false;
    asio::post(inspector_, [this, job = std::move(job)] {
        try {
            job();
        } catch (const Stopped&) { // the daemon is going down
        } catch (const std::exception& error) {
            log::write(log::daemon_internal, {log::place(typeid(error).name())});
        }
        inspecting_ = false;
    });
    return true;
}

// ---- the doors

void Daemon::open_operations() {
    if (!config_.operations)
        return;
    serve::TcpDoorOptions options;
    options.address = config_.operations->address;
    options.port = config_.operations->port;
    options.failure = serve::fhir_failure;
    callers_ = std::make_shared<Callers>(*config_.operations, ground_.clock);
    operations_door_ =
        std::make_unique<serve::TcpDoor>(loop_.get_executor(), options, Operations(*this).table());
    const std::string at = options.address + ':' + std::to_string(operations_door_->port());
    log::write(log::operations_open, {log::place(at)});
    if (!asio::ip::make_address(options.address).is_loopback())
        log::write(log::operations_exposed, {log::place(at)});
}

void Daemon::tell_whether_sending() const {
    for (const auto& [name, project] : projects_) {
        const config::Send& send = project->config().send;
        log::write(send.live ? log::send_live : log::send_on_hold, {log::project(name)});
        if (!send.live && send.pick_up)
            log::write(log::send_pick_up_idle, {log::project(name)});
    }
}

bool Daemon::at_clerk(Job job) {
    if (clerk_jobs_.fetch_add(1) >= most_clerk_jobs) {
        --clerk_jobs_;
        return false;
    }
    asio::post(clerks_, [this, job = std::move(job)] {
        run_job(job);
        --clerk_jobs_;
    });
    return true;
}

void Daemon::note_refused_caller(const std::string& project) {
    asio::post(loop_, [this, project] {
        if (const auto times = refused_callers_.happened(project, ground_.clock.steady()))
            log::write(log::operations_refused, {log::project(project), log::count("calls", times)});
    });
}

void Daemon::note_forged_notification(const std::string& project) {
    if (const auto times = forged_.happened(project, ground_.clock.steady()))
        log::write(log::webhook_forged, {log::project(project), log::count("notifications", times)});
}

// ---- status and reload

serve::Status Daemon::status(const Totals& totals, const OutboxTotals& outbound,
                             std::uint64_t free_disk) const {
    auto status = board_.status(projects_, totals, outbound);
    status.version = EFAXD_VERSION;
    status.sqlite_version = sqlite_version_;
    status.started = started_;
    status.now = ground_.clock.now();
    status.hands = schedule_.hands();
    status.busy_hands = static_cast<int>(schedule_.out());
    status.free_disk_bytes = free_disk;
    if (disk_low_)
        for (auto& project : status.projects)
            project.alarms.emplace_back(log::disk_low.code);
    for (auto& mailbox : status.mailboxes)
        mailbox.polling = schedule_.is_out({ErrandKind::poll, mailbox.project, mailbox.id, {}});
    return status;
}

void Daemon::reload(std::function<void(std::string)> done) {
    notifier_.reloading();
    at_desk([this, done = std::move(done), current = config_, projects = projects_] {
        auto next = std::make_shared<Reload>(prepare_reload(config_file_, current, projects, ground_));
        asio::post(loop_, [this, done, next] {
            if (next->problem.empty()) {
                take_over(std::move(next->config), next->projects);
                log::write(log::daemon_reloaded, {log::place(config_file_.string())});
                tell_whether_sending();
            } else {
                log::write(log::daemon_reload_refused,
                           {log::place(config_file_.string()),
                            log::detail(Fault(Fault::Kind::lasting, "config", next->problem))});
            }
            notifier_.ready();
            if (done)
                done(next->problem);
            send_out();
        });
    });
}

void Daemon::take_over(config::Config config, const Projects& projects) {
    config_ = std::move(config);
    log::configure(config_.log.level, config_.log.format);
    if (config_.operations)
        callers_ = std::make_shared<Callers>(*config_.operations, ground_.clock);
    std::vector<std::string> gone;
    for (const auto& [name, project] : projects_)
        if (!projects.contains(name))
            gone.push_back(name);
    for (const auto& name : gone)
        leave_project(name);
    for (const auto& [name, project] : projects) {
        project->accept_fewer();
        adopt_project(project);
    }
    gather_by(ground_.clock.steady()); // faxes of a project that has come back
}

} // namespace efaxd::app
