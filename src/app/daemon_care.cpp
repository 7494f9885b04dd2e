// The daemon's housekeeping: alarms, the hourly summary, and word to the service manager.

#include "app/daemon.hpp"
#include "efaxd/log.hpp"
#include "serve/alarms.hpp"
#include "system/process.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace efaxd::app {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr Duration stale_after = 15min; ///< a mailbox not read for so long is an alarm
constexpr Duration overdue_after = 1h;  ///< a fax that waits so long for its delivery is an alarm
constexpr Duration slowest_housekeeping = 5s;
constexpr Duration keep_every = 10min; ///< when faxes came, in the ledger: an end without it costs no more
/// Longer than any transfer may last: a very large document over a slow line takes hours.
constexpr Duration longest_errand = 6h;
constexpr std::uint64_t low_disk = 256u << 20;

} // namespace

void Daemon::housekeeping() {
    refresh_totals();
    look_for_alarms();
    tell_alarms();
    log::tell_left_out();
    if (ground_.clock.steady() >= next_keeping_) {
        next_keeping_ = ground_.clock.steady() + keep_every;
        keep_arrivals();
    }
    if (ground_.clock.steady() >= next_summary_)
        summary();
    if (!stuck())
        notifier_.watchdog();
    housekeeping_.expires_after(housekeeping_every());
    housekeeping_.async_wait([this](const boost::system::error_code& error) {
        if (!error)
            housekeeping();
    });
}

/// Twice within what the service manager watches for.
std::chrono::microseconds Daemon::housekeeping_every() const {
    const auto watched = notifier_.watchdog_interval();
    const std::chrono::microseconds slowest = slowest_housekeeping;
    return watched ? std::min(slowest, *watched / 2) : slowest;
}

/// Asks the ledger only after something has moved: nothing is done at idle.
void Daemon::refresh_totals() {
    if (!std::exchange(moved_, false))
        return;
    at_desk([this] {
        auto totals = ground_.ledger.totals();
        auto outbound = ground_.outbox.totals();
        asio::post(loop_, [this, totals = std::move(totals), outbound = std::move(outbound)] {
            totals_ = totals;
            outbound_totals_ = outbound;
            tell_systemd();
            find_orphans();
            look_for_alarms();
            tell_alarms();
        });
    });
}

void Daemon::look_for_alarms() {
    for (const auto& id : board_.find_stale(ground_.clock.now(), stale_after))
        log::write(log::mailbox_stale, {log::mailbox(id), log::reason(board_.mailbox(id).reason)});
    for (const auto& id : board_.find_silent(ground_.clock.now()))
        log::write(log::mailbox_silent, {log::mailbox(id)});
    for (const auto& name : board_.find_overdue(totals_, ground_.clock.now(), overdue_after))
        log::write(log::fax_overdue, {log::project(name)});
    for (const auto& name :
         board_.find_unsent(projects_, outbound_totals_, ground_.clock.now(), overdue_after))
        log::write(log::send_overdue, {log::project(name)});
    for (const auto& name : board_.find_untold(outbound_totals_, ground_.clock.now(), overdue_after))
        log::write(log::send_unwritten, {log::project(name)});
    for (const auto& name : board_.find_skewed(projects_))
        log::write(log::clock_skew, {log::project(name)});
    const bool low = free_disk_() < low_disk;
    if (low && !disk_low_)
        log::write(log::disk_low, {log::place(config_.state_dir.string())});
    disk_low_ = low;
}

/// When an alarm begins and ends; what it is about was told by its own event.
void Daemon::tell_alarms() {
    const auto status_now = status(totals_, outbound_totals_, 0);
    std::set<StandingAlarm> now;
    for (const serve::Alarm& alarm : serve::alarms_of(status_now))
        now.insert({alarm.code, alarm.project, alarm.mailbox ? alarm.mailbox->id : std::string()});
    const auto tell = [](const log::Event& event, const StandingAlarm& alarm) {
        if (alarm.mailbox.empty())
            log::write(event, {log::reason(alarm.code), log::project(alarm.project)});
        else
            log::write(event, {log::reason(alarm.code), log::mailbox(alarm.mailbox)});
    };
    for (const StandingAlarm& alarm : now)
        if (!standing_.contains(alarm))
            tell(log::alarm_raised, alarm);
    for (const StandingAlarm& alarm : standing_)
        if (!now.contains(alarm))
            tell(log::alarm_cleared, alarm);
    standing_ = std::move(now);
}

/// Faxes of a project that was removed or renamed while they waited.
void Daemon::find_orphans() {
    std::map<std::string, std::int64_t> waiting;
    for (const Tally& tally : totals_.tallies)
        if (tally.stage < Stage::delivered && !projects_.contains(tally.project))
            waiting[tally.project] += tally.faxes;
    for (const OutboxTally& tally : outbound_totals_.tallies)
        if (tally.outcome == SendOutcome::open && !projects_.contains(tally.project))
            waiting[tally.project] += tally.transmissions;
    for (const auto& [project, faxes] : waiting)
        if (faxes > 0 && orphaned_.insert(project).second)
            log::write(log::project_unknown, {log::project(project), log::count("faxes", faxes)});
}

void Daemon::summary() {
    next_summary_ = ground_.clock.steady() + summary_every;
    system::trim_memory();
    for (const auto& [name, project] : projects_) {
        const auto count = count_faxes(totals_, name);
        const auto sent = count_transmissions(outbound_totals_, name);
        const auto alarms = std::ranges::count(standing_, name, &StandingAlarm::project);
        log::write(log::daemon_summary,
                   {log::project(name), log::count("alarms", alarms),
                    log::count("delivered", count.delivered), log::count("waiting", count.waiting),
                    log::count("held", count.held), log::count("sent", sent.completed),
                    log::count("sending", sent.waiting), log::count("sending_held", sent.held),
                    log::count("sending_failed", sent.failed)});
    }
}

bool Daemon::stuck() const {
    const Steady now = ground_.clock.steady();
    return std::ranges::any_of(out_since_,
                               [&](const auto& out) { return now - out.second > longest_errand; });
}

void Daemon::tell_systemd() {
    const auto count = count_faxes(totals_, {});
    const auto failing =
        std::ranges::count_if(board_.mailboxes(), [](const auto& box) { return box.second.failures > 0; });
    notifier_.status(std::to_string(board_.mailboxes().size()) + " mailboxes (" + std::to_string(failing) +
                     " failing), " + std::to_string(count.delivered) + " faxes delivered, " +
                     std::to_string(count.waiting) + " waiting, " + std::to_string(count.held) + " held");
}

} // namespace efaxd::app
