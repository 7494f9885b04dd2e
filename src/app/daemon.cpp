#include "app/daemon.hpp"

#include "app/reload.hpp"
#include "app/routes.hpp"
#include "efaxd/log.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <csignal>
#include <sstream>
#include <typeinfo>

namespace efaxd::app {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr Duration tick = 100ms;             ///< wake-ups are gathered into ticks of this length
constexpr Duration phase = 20ms;             ///< between the first polls of two mailboxes, at most
constexpr std::size_t due_per_mailbox = 256; ///< faxes taken from the ledger at once, of each mailbox
constexpr Duration stale_after = 15min;      ///< a mailbox not read for so long is an alarm
constexpr Duration again_after = 30s;        ///< after a failure that left no due time
constexpr Duration housekeeping_every = 5s;
constexpr Duration summary_every = 1h;
constexpr Duration longest_errand = 30min; ///< longer than any transfer may last
constexpr std::uint64_t low_disk = 256u << 20;
constexpr auto paused_memory = "paused mailboxes";

Errand poll_errand(const Mailbox& mailbox) { return {ErrandKind::poll, mailbox.project, mailbox.id, {}}; }
Errand discover_errand(const std::string& project) { return {ErrandKind::discover, project, {}, {}}; }
Errand carry_errand(const Entry& entry) {
    return {ErrandKind::carry, entry.key.project, entry.mailbox, entry.key.fax_id};
}

/// The first failure of a kind is news; the hundredth is not.
bool worth_a_line(const MailboxRecord& record, const Fault& fault) {
    const bool power_of_two = (record.failures & (record.failures - 1)) == 0;
    return record.reason != fault.reason || power_of_two;
}

} // namespace

Daemon::Daemon(Parts parts)
    : config_file_(std::move(parts.config_file)), config_(std::move(parts.config)), ground_(parts.ground),
      sqlite_version_(std::move(parts.sqlite_version)), free_disk_(std::move(parts.free_disk)),
      started_(ground_.clock.now()), hands_(static_cast<std::size_t>(config_.hands)),
      schedule_(config_.hands), next_summary_(ground_.clock.steady() + summary_every) {
    std::istringstream paused(ground_.ledger.recall(paused_memory).value_or(""));
    for (std::string id; std::getline(paused, id);)
        paused_.insert(id);
    for (const auto& [name, project] : parts.projects)
        adopt_project(project);
}

Daemon::~Daemon() {
    stop_.request_stop();
    hands_.join();
}

// life
// -------------------------------------------------------------------------------------------------------------

int Daemon::run() {
    serve::DoorOptions options;
    options.socket = config_.socket;
    door_ = std::make_unique<serve::Door>(loop_.get_executor(), options, Routes(*this).table(),
                                          Routes::may_change);
    listen_to_signals();
    gather();
    housekeeping();
    notifier_.ready();
    log::write(log::daemon_started,
               {log::count("projects", static_cast<std::int64_t>(projects_.size())),
                log::count("mailboxes", static_cast<std::int64_t>(board_.mailboxes().size())),
                log::place(config_.socket.string())});
    send_out();
    loop_.run();

    door_->close();
    stop_.request_stop();
    hands_.join();
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
        stop(0);
    }
}

void Daemon::stop(int exit_code) {
    if (stop_.stop_requested())
        return;
    exit_code_ = exit_code;
    log::write(log::daemon_stopping);
    notifier_.stopping();
    stop_.request_stop();
    loop_.stop();
}

void Daemon::on_hand(Job job) {
    asio::post(hands_, [this, job = std::move(job)] {
        try {
            job();
        } catch (const Stopped&) { // the daemon is going down
        } catch (const GroundFault& fault) {
            asio::post(loop_, [this, text = std::string(fault.what())] {
                log::write(log::daemon_ground_failed,
                           {log::detail(Fault(Fault::Kind::lasting, "ground", text))});
                stop(74);
            });
        } catch (const std::exception& error) {
            log::write(log::daemon_internal, {log::place(typeid(error).name())});
        }
    });
}

// errands
// ------------------------------------------------------------------------------------------------------------

void Daemon::send_out() {
    const Steady now = ground_.clock.steady();
    for (const Errand& errand : schedule_.take(now)) {
        const auto project = projects_.find(errand.project);
        if (project == projects_.end()) { // left by a reload while the fax was queued
            schedule_.came_back(errand, {}, true);
            continue;
        }
        out_since_[errand] = now;
        asio::post(hands_, [this, errand, project = project->second] {
            auto report = run_errand(errand, project, ground_.clock, stop_.get_token());
            asio::post(loop_, [this, report = std::move(report)]() mutable { came_back(std::move(report)); });
        });
    }
    arm();
}

void Daemon::arm() {
    const Steady now = ground_.clock.steady();
    std::optional<Steady> next = gathering_ ? std::nullopt : gather_at_;
    const bool hand_free = schedule_.out() < static_cast<std::size_t>(schedule_.hands());
    if (const auto due = schedule_.next_due(); due && hand_free)
        next = next ? std::min(*next, *due) : *due;
    if (!next)
        return;
    // Rounded up to a tick, so that thousands of mailboxes do not wake us thousands of times.
    const auto since = std::max(*next, now).time_since_epoch();
    const auto ticks = (since + tick - std::chrono::nanoseconds(1)) / tick;
    alarm_.expires_at(Steady{ticks * tick});
    alarm_.async_wait([this](const boost::system::error_code& error) {
        if (error)
            return;
        if (gather_at_ && *gather_at_ <= ground_.clock.steady())
            gather();
        send_out();
    });
}

void Daemon::came_back(ErrandReport report) {
    out_since_.erase(report.errand);
    const bool over =
        report.errand.kind == ErrandKind::carry && (report.entry.settled() || report.entry.held);
    schedule_.came_back(report.errand, report.took, over);
    if (!report.ground_fault.empty()) {
        log::write(log::daemon_ground_failed,
                   {log::detail(Fault(Fault::Kind::lasting, "ground", report.ground_fault))});
        return stop(74);
    }
    if (!report.unforeseen.empty())
        log::write(log::daemon_internal, {log::place(report.unforeseen)});
    if (report.fault)
        board_.note_fault(report.errand.project, *report.fault);
    if (!report.stopped) {
        switch (report.errand.kind) {
        case ErrandKind::poll:
            poll_came_back(report);
            break;
        case ErrandKind::carry:
            carry_came_back(report);
            break;
        case ErrandKind::discover:
            discovery_came_back(report);
            break;
        }
    }
    send_out();
}

void Daemon::poll_came_back(const ErrandReport& report) {
    MailboxRecord* record = board_.find_mailbox(report.errand.mailbox);
    if (!record)
        return;
    const auto& project = projects_.at(report.errand.project);
    const Duration interval = record->mailbox.poll;
    record->last_poll = report.started;
    Steady next = jittered(interval) - report.took;
    if (report.well()) {
        if (record->failures > 0)
            log::write(log::mailbox_recovered, {log::mailbox(record->mailbox.id)});
        record->failures = 0;
        record->reason.clear();
        record->last_success = report.started;
        board_.project(report.errand.project).efax_reason.clear();
        if (report.poll.claimed > 0) {
            log::write(log::mailbox_new_faxes,
                       {log::mailbox(record->mailbox.id),
                        log::count("faxes", static_cast<std::int64_t>(report.poll.claimed))});
            gather_by(ground_.clock.steady());
        }
        if (report.poll.cut && report.poll.claimed > 0)
            next = ground_.clock.steady();
        log::write(log::mailbox_polled,
                   {log::mailbox(record->mailbox.id),
                    log::count("listed", static_cast<std::int64_t>(report.poll.listed))});
    } else {
        const Fault fault = report.fault.value_or(Fault(Fault::Kind::passing, "daemon.internal"));
        ++record->failures;
        // The wait is never shorter than the poll, or an outage would draw more requests than health.
        Duration wait =
            std::max(interval, backoff(project->config().retry, record->failures, ground_.clock.dice()));
        wait = std::max(wait, fault.retry_after.value_or(Duration{0}));
        next = ground_.clock.steady() + wait;
        if (worth_a_line(*record, fault))
            log::write(fault.reason == "efax.user_refused" ? log::mailbox_refused : log::mailbox_failed,
                       {log::mailbox(record->mailbox.id), log::reason(fault.reason), log::detail(fault),
                        log::count("failures", record->failures), log::wait(wait)});
        record->reason = fault.reason;
    }
    const Steady now = ground_.clock.steady();
    record->next_poll = ground_.clock.now() + std::chrono::duration_cast<Duration>(std::max(next, now) - now);
    if (!record->paused)
        schedule_.set_due(report.errand, next);
}

void Daemon::carry_came_back(const ErrandReport& report) {
    if (report.entry.stage >= Stage::delivered)
        board_.project(report.errand.project).fhir_reason.clear();
    if (report.entry.due) {
        const auto left = std::max(Duration{0}, *report.entry.due - ground_.clock.now());
        gather_by(ground_.clock.steady() + left);
    } else if (report.entry.key.fax_id.empty()) { // it could not even be written down how the fax stands
        gather_by(ground_.clock.steady() + again_after);
    }
    // The line of a flooded mailbox is filled up again before it runs dry.
    if (gather_again_ && schedule_.queued() < static_cast<std::size_t>(schedule_.hands()))
        gather_by(ground_.clock.steady());
}

void Daemon::discovery_came_back(const ErrandReport& report) {
    const auto found = projects_.find(report.errand.project);
    if (found == projects_.end())
        return;
    const Project& project = *found->second;
    auto& record = board_.project(report.errand.project);
    const Duration every = project.config().mailboxes.discover_every;
    Steady next = jittered(every);
    if (report.well()) {
        record.discovered = report.started;
        record.discovery_failures = 0;
        record.discovery_reason.clear();
        record.fhir_reason.clear();
        record.shrunk = report.shrunk;
        log::write(report.shrunk ? log::discovery_shrunk : log::discovery_done,
                   {log::project(project.name())});
        sync_mailboxes(project);
    } else {
        const Fault fault = report.fault.value_or(Fault(Fault::Kind::passing, "daemon.internal"));
        ++record.discovery_failures;
        record.discovery_reason = fault.reason;
        const auto wait = std::max(
            std::min(every, backoff(project.config().retry, record.discovery_failures, ground_.clock.dice())),
            fault.retry_after.value_or(Duration{0}));
        next = ground_.clock.steady() + wait;
        log::write(log::discovery_failed, {log::project(project.name()), log::reason(fault.reason),
                                           log::detail(fault), log::wait(wait)});
    }
    schedule_.set_due(report.errand, next);
}

// what is due
// ----------------------------------------------------------------------------------------------------------

void Daemon::gather_by(Steady when) {
    if (!gather_at_ || when < *gather_at_)
        gather_at_ = when;
    if (when <= ground_.clock.steady())
        gather();
}

void Daemon::gather() {
    if (gathering_)
        return;
    gathering_ = true;
    gather_at_.reset();
    on_hand([this] {
        auto due = ground_.ledger.due(ground_.clock.now(), due_per_mailbox);
        asio::post(loop_, [this, due = std::move(due)] { gathered(due); });
    });
}

void Daemon::gathered(const Due& due) {
    gathering_ = false;
    gather_again_ = due.more;
    for (const Entry& entry : due.entries)
        if (projects_.contains(entry.key.project))
            schedule_.offer(carry_errand(entry));
    if (due.next) {
        const auto left = std::max(Duration{0}, *due.next - ground_.clock.now());
        const Steady when = ground_.clock.steady() + left;
        if (!gather_at_ || when < *gather_at_)
            gather_at_ = when;
    }
    send_out();
}

// projects and mailboxes
// -----------------------------------------------------------------------------------------------

void Daemon::adopt_project(const std::shared_ptr<Project>& project) {
    projects_[project->name()] = project;
    schedule_.share_among(projects_.size());
    if (project->discovers())
        schedule_.set_due(discover_errand(project->name()), ground_.clock.steady());
    else
        schedule_.drop(discover_errand(project->name()));
    sync_mailboxes(*project);
}

void Daemon::leave_project(const std::string& name) {
    std::vector<std::string> leaving;
    for (const auto& [id, record] : board_.mailboxes())
        if (record.mailbox.project == name)
            leaving.push_back(id);
    for (const auto& id : leaving)
        remove_mailbox(id);
    schedule_.drop(discover_errand(name));
    board_.forget_project(name);
    projects_.erase(name);
    schedule_.share_among(projects_.size());
}

void Daemon::sync_mailboxes(const Project& project) {
    const auto list = project.mailboxes();
    std::map<std::string, bool> wanted;
    for (const Mailbox& mailbox : list->mailboxes)
        wanted[mailbox.id] = true;
    std::vector<std::string> gone;
    for (const auto& [id, record] : board_.mailboxes())
        if (record.mailbox.project == project.name() && !wanted.contains(id))
            gone.push_back(id);
    for (const auto& id : gone)
        remove_mailbox(id);

    for (std::size_t position = 0; position < list->mailboxes.size(); ++position)
        add_mailbox(list->mailboxes[position], position, list->mailboxes.size());
    for (const MailboxOddity& oddity : list->oddities)
        log::write(oddity.reason == log::mailbox_shared_user_id.code ? log::mailbox_shared_user_id
                                                                     : log::mailbox_bad_user_id,
                   {log::project(project.name()),
                    log::resource(oddity.owners.empty() ? "" : oddity.owners.front().reference())});
}

void Daemon::add_mailbox(const Mailbox& mailbox, std::size_t position, std::size_t of) {
    if (MailboxRecord* known = board_.find_mailbox(mailbox.id)) {
        const bool sooner = mailbox.poll < known->mailbox.poll || mailbox.user_id != known->mailbox.user_id;
        known->mailbox = mailbox;
        if (sooner && !known->paused)
            schedule_.set_due(poll_errand(mailbox), ground_.clock.steady());
        return;
    }
    MailboxRecord& record = board_.mailbox(mailbox.id);
    record.mailbox = mailbox;
    record.known_since = ground_.clock.now();
    record.paused = paused_.contains(mailbox.id);
    log::write(log::mailbox_added, {log::mailbox(mailbox.id)});
    if (record.paused)
        return;
    // The first polls are spread, so that thousands of mailboxes do not go out in step.
    const auto spread =
        std::min<Duration>(phase, mailbox.poll / static_cast<std::int64_t>(std::max<std::size_t>(of, 1)));
    schedule_.set_due(poll_errand(mailbox),
                      ground_.clock.steady() + spread * static_cast<std::int64_t>(position));
}

void Daemon::remove_mailbox(const std::string& id) {
    const MailboxRecord* record = board_.find_mailbox(id);
    if (!record)
        return;
    schedule_.drop(poll_errand(record->mailbox));
    board_.forget_mailbox(id);
    log::write(log::mailbox_removed, {log::mailbox(id)});
}

Steady Daemon::jittered(Duration interval) {
    // Ten per cent to either side.
    const auto fifth = std::max<std::int64_t>(1, interval.count() / 5);
    const auto shift = static_cast<std::int64_t>(ground_.clock.dice() % static_cast<std::uint64_t>(fifth));
    return ground_.clock.steady() + interval - Duration{fifth / 2} + Duration{shift};
}

std::size_t Daemon::poll_now(const std::string& mailbox) {
    std::size_t asked = 0;
    for (const auto& [id, record] : board_.mailboxes()) {
        if (record.paused || (!mailbox.empty() && id != mailbox))
            continue;
        schedule_.set_due(poll_errand(record.mailbox), ground_.clock.steady());
        ++asked;
    }
    send_out();
    return asked;
}

void Daemon::pause(const std::string& mailbox, bool paused) {
    MailboxRecord& record = *board_.find_mailbox(mailbox);
    record.paused = paused;
    if (paused) {
        paused_.insert(mailbox);
        schedule_.drop(poll_errand(record.mailbox));
        record.next_poll.reset();
    } else {
        paused_.erase(mailbox);
        schedule_.set_due(poll_errand(record.mailbox), ground_.clock.steady());
    }
    std::string all;
    for (const auto& id : paused_)
        all += id + "\n";
    on_hand([this, all] { ground_.ledger.remember(paused_memory, all); });
    send_out();
}

void Daemon::change_fax(const FaxKey& key, std::function<void(Entry&)> change, Changed done) {
    on_hand([this, key, change = std::move(change), done = std::move(done)] {
        const auto entry = ground_.ledger.find(key);
        if (!entry)
            return done(std::nullopt, false);
        asio::post(loop_, [this, errand = carry_errand(*entry), change, done] {
            if (!schedule_.seize(errand))
                return done(std::nullopt, true);
            on_hand([this, errand, change, done] {
                auto changed = ground_.ledger.find({errand.project, errand.fax_id});
                try {
                    if (changed) {
                        change(*changed);
                        ground_.ledger.save(*changed);
                    }
                } catch (const Fault&) { // the disk is full: nothing was changed
                    changed.reset();
                }
                asio::post(loop_, [this, errand, changed, done] {
                    schedule_.came_back(errand, {}, true);
                    gather_by(ground_.clock.steady());
                    done(changed, false);
                    send_out();
                });
            });
        });
    });
}

serve::Status Daemon::status(const Totals& totals, std::uint64_t free_disk) const {
    auto status = board_.status(projects_, totals);
    status.version = EFAXD_VERSION;
    status.sqlite_version = sqlite_version_;
    status.started = started_;
    status.now = ground_.clock.now();
    status.hands = schedule_.hands();
    status.busy_hands = static_cast<int>(schedule_.out());
    status.free_disk_bytes = free_disk;
    for (auto& mailbox : status.mailboxes)
        mailbox.polling = schedule_.is_out({ErrandKind::poll, mailbox.project, mailbox.id, {}});
    return status;
}

// reload
// -----------------------------------------------------------------------------------------------------------------

void Daemon::reload(std::function<void(std::string)> done) {
    notifier_.reloading();
    on_hand([this, done = std::move(done), current = config_, projects = projects_] {
        auto next = std::make_shared<Reload>(prepare_reload(config_file_, current, projects, ground_));
        asio::post(loop_, [this, done, next] {
            if (next->problem.empty()) {
                take_over(std::move(next->config), std::move(next->projects));
                log::write(log::daemon_reloaded, {log::place(config_file_.string())});
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

void Daemon::take_over(config::Config config, std::map<std::string, std::shared_ptr<Project>> projects) {
    config_ = std::move(config);
    log::configure(config_.log.level, config_.log.format);
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

// housekeeping
// -----------------------------------------------------------------------------------------------------------

void Daemon::housekeeping() {
    on_hand([this] {
        auto totals = ground_.ledger.totals();
        asio::post(loop_, [this, totals = std::move(totals)] { totals_ = totals; });
    });
    for (const auto& id : board_.find_stale(ground_.clock.now(), stale_after))
        log::write(log::mailbox_stale, {log::mailbox(id), log::reason(board_.mailbox(id).reason)});
    const bool low = free_disk_() < low_disk;
    if (low && !disk_low_)
        log::write(log::disk_low, {log::place(config_.state_dir.string())});
    disk_low_ = low;
    if (ground_.clock.steady() >= next_summary_)
        summary();
    tell_systemd();

    housekeeping_.expires_after(housekeeping_every);
    housekeeping_.async_wait([this](const boost::system::error_code& error) {
        if (!error)
            housekeeping();
    });
}

void Daemon::summary() {
    next_summary_ = ground_.clock.steady() + summary_every;
    const auto status = board_.status(projects_, totals_);
    for (const auto& project : status.projects)
        log::write(log::daemon_summary, {log::project(project.name), log::count("waiting", project.waiting),
                                         log::count("held", project.held),
                                         log::count("settled", project.stages.at("delivered") +
                                                                   project.stages.at("acknowledged"))});
}

bool Daemon::stuck() const {
    const Steady now = ground_.clock.steady();
    return std::ranges::any_of(out_since_,
                               [&](const auto& out) { return now - out.second > longest_errand; });
}

void Daemon::tell_systemd() {
    if (!stuck())
        notifier_.watchdog();
    const auto status = board_.status(projects_, totals_);
    std::int64_t done = 0;
    std::int64_t waiting = 0;
    std::int64_t held = 0;
    for (const auto& project : status.projects) {
        done += project.stages.at("delivered") + project.stages.at("acknowledged");
        waiting += project.waiting;
        held += project.held;
    }
    const auto ill =
        std::ranges::count_if(board_.mailboxes(), [](const auto& box) { return box.second.failures > 0; });
    notifier_.status(std::to_string(status.mailboxes.size()) + " mailboxes (" + std::to_string(ill) +
                     " failing), " + std::to_string(done) + " faxes delivered, " + std::to_string(waiting) +
                     " waiting, " + std::to_string(held) + " held");
}

} // namespace efaxd::app
