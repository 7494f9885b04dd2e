#include "app/once.hpp"

#include "app/errand_runner.hpp"
#include "app/remedies.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <condition_variable>
#include <mutex>
#include <set>
#include <sysexits.h>

namespace efaxd::app {

namespace {

/// A run has no loop: this thread sends errands out by the schedule and takes their reports in.
class Once {
  public:
    Once(const Projects& projects, Ground ground, int hands, std::stop_token stop)
        : projects_(projects), ground_(std::move(ground)), stop_(std::move(stop)), schedule_(hands),
          hands_(static_cast<std::size_t>(hands)) {
        schedule_.share_among(projects.size());
    }

    OnceReport run() {
        discover();
        poll();
        pick_up();
        carry();
        hands_.join();
        tell_what_remains();
        return report_;
    }

  private:
    void discover() {
        for (const auto& [name, project] : projects_)
            if (project->discovers())
                schedule_.set_due(discover_errand(name), {});
        work();
    }

    void poll() {
        for (const auto& [name, project] : projects_)
            for (const auto list = project->mailboxes(); const Mailbox& mailbox : list->mailboxes) {
                schedule_.set_due(poll_errand(mailbox), {});
                ++report_.mailboxes;
            }
        work();
    }

    void pick_up() {
        for (const auto& [name, project] : projects_)
            if (project->config().send.live && project->config().send.pick_up)
                schedule_.set_due(pick_up_errand(name), {});
        work();
    }

    /// Asks the ledger again until it has nothing due that this run has not carried.
    void carry() {
        while (!stop_.stop_requested()) {
            bool fresh = false;
            for (const Entry& entry : ground_.ledger.due(ground_.clock.now(), 256).entries) {
                if (!projects_.contains(entry.key.project) || !carried_.insert(entry.key).second)
                    continue;
                schedule_.offer(carry_errand(entry));
                fresh = true;
            }
            fresh |= offer_outbound();
            if (!fresh)
                return;
            work();
        }
    }

    bool offer_outbound() {
        bool fresh = false;
        for (const OutboundKey& key : ground_.outbox.due(ground_.clock.now(), 1000).communications)
            if (projects_.contains(key.project) && sent_.insert(key).second) {
                schedule_.offer(send_errand(key));
                fresh = true;
            }
        return fresh;
    }

    /// Sends out whatever may go until all are home.
    void work() {
        std::unique_lock lock(mutex_);
        while (true) {
            for (const Errand& errand : schedule_.take({}))
                send(errand);
            if (schedule_.out() == 0)
                return;
            home_.wait(lock, [&] { return !reports_.empty(); });
            for (ErrandReport& report : std::exchange(reports_, {}))
                came_back(report);
        }
    }

    void send(const Errand& errand) {
        boost::asio::post(hands_, [this, errand, project = projects_.at(errand.project)] {
            auto report = run_errand(errand, project, ground_.clock, stop_);
            const std::lock_guard lock(mutex_);
            reports_.push_back(std::move(report));
            home_.notify_one();
        });
    }

    void came_back(const ErrandReport& report) {
        if (!is_queued(report.errand.kind))
            schedule_.drop(report.errand);
        schedule_.came_back(report.errand, report.took, true);
        if (!report.ground_fault.empty())
            throw GroundFault(report.ground_fault);
        const std::string reason = report.fault     ? report.fault->reason
                                   : report.stopped ? "stopped"
                                   : !report.well() ? "daemon.internal"
                                                    : std::string{};
        switch (report.errand.kind) {
        case ErrandKind::discover:
            if (reason.empty())
                break;
            report_.discovery_failed = true;
            report_.failures.push_back(report.errand.project + ": owners could not be discovered (" + reason +
                                       "): " + remedy_of(reason));
            break;
        case ErrandKind::poll:
            report_.claimed += report.poll.claimed.size();
            if (reason.empty())
                break;
            ++report_.failed;
            if (exit_code_of_reason(reason) == EX_NOPERM)
                ++report_.refused;
            report_.failures.push_back(report.errand.mailbox + ": could not be polled (" + reason +
                                       "): " + remedy_of(reason));
            break;
        case ErrandKind::carry:
            if (report.entry.stage >= Stage::delivered)
                ++report_.delivered;
            break;
        case ErrandKind::pick_up:
            if (reason.empty())
                break;
            report_.pick_up_failed = true;
            report_.failures.push_back(report.errand.project +
                                       ": waiting Communications could not be searched (" + reason +
                                       "): " + remedy_of(reason));
            break;
        case ErrandKind::send:
            break;
        }
    }

    void tell_what_remains() {
        for (const auto& [name, project] : projects_) {
            LedgerQuery query;
            query.project = name;
            query.unsettled_only = true;
            for (bool more = true; more;) {
                const auto page = ground_.ledger.list(query);
                for (const Entry& entry : page) {
                    if (entry.held)
                        report_.held.push_back(name + ":" + entry.key.fax_id + " (" + entry.reason + ")");
                    else if (entry.stage != Stage::acknowledged) // else it only waits to be deleted at eFax
                        ++report_.waiting;
                }
                more = page.size() == query.limit;
                if (more)
                    query.after = page.back().key;
            }
            tell_what_is_unsent(name);
        }
    }

    void tell_what_is_unsent(const std::string& name) {
        OutboxQuery query;
        query.project = name;
        query.open_only = true;
        for (bool more = true; more;) {
            const auto page = ground_.outbox.list(query);
            for (const Transmission& row : page) {
                if (row.held)
                    report_.held.push_back(name + ":" + row.key.communication + ":" +
                                           std::to_string(row.key.recipient) + " (" + row.reason + ")");
                else
                    ++report_.unsent;
            }
            more = page.size() == query.limit;
            if (more)
                query.after = page.back().key;
        }
    }

    const Projects& projects_;
    Ground ground_;
    std::stop_token stop_;
    OnceReport report_;
    Schedule schedule_;
    std::set<FaxKey> carried_;
    std::set<OutboundKey> sent_;
    std::mutex mutex_;
    std::condition_variable home_;
    std::vector<ErrandReport> reports_;
    boost::asio::thread_pool hands_; // last: its threads end before what they use
};

} // namespace

int OnceReport::exit_code() const {
    if (mailboxes > 0 && refused == mailboxes)
        return EX_NOPERM;
    return waiting > 0 || unsent > 0 || failed > 0 || discovery_failed || pick_up_failed ? 75 : 0;
}

std::string OnceReport::text() const {
    std::string text;
    for (const auto& line : failures)
        text += line + "\n";
    for (const auto& line : held)
        text += "held: " + line + "\n";
    text += std::to_string(mailboxes) + " mailboxes polled (" + std::to_string(failed) + " failed), " +
            std::to_string(claimed) + " new faxes, " + std::to_string(delivered) + " delivered, " +
            std::to_string(waiting) + " waiting, " + std::to_string(held.size()) + " held\n";
    if (unsent > 0)
        text += std::to_string(unsent) + " outbound faxes under way\n";
    return text;
}

OnceReport run_once(const Projects& projects, const Ground& ground, int hands, std::stop_token stop) {
    return Once(projects, ground, hands, std::move(stop)).run();
}

} // namespace efaxd::app
