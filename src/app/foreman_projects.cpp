// The foreman's projects and mailboxes: how they come, go and pause.

#include "app/foreman.hpp"
#include "efaxd/log.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

namespace efaxd::app {

namespace {

using namespace std::chrono_literals;

constexpr Duration phase = 20ms; ///< between the first polls of two mailboxes, at most
constexpr auto paused_memory = "paused mailboxes";
constexpr auto arrivals_memory = "arrivals"; // a line for each mailbox: its id, and Arrivals::text

} // namespace

void Foreman::adopt_project(const std::shared_ptr<Project>& project) {
    projects_[project->name()] = project;
    schedule_.share_among(projects_.size());
    if (project->discovers())
        schedule_.set_due(discover_errand(project->name()), ground_.clock.steady());
    else
        schedule_.drop(discover_errand(project->name()));
    plan_pick_up(*project);
    sync_mailboxes(*project);
}

void Foreman::leave_project(const std::string& name) {
    std::vector<std::string> leaving;
    for (const auto& [id, record] : board_.mailboxes())
        if (record.mailbox.project == name)
            leaving.push_back(id);
    for (const auto& id : leaving)
        remove_mailbox(id);
    schedule_.drop(discover_errand(name));
    schedule_.drop(pick_up_errand(name));
    board_.forget_project(name);
    projects_.erase(name);
    schedule_.share_among(projects_.size());
}

void Foreman::sync_mailboxes(const Project& project) {
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

void Foreman::add_mailbox(const Mailbox& mailbox, std::size_t position, std::size_t of) {
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
    if (const auto known = arrivals_.find(mailbox.id); known != arrivals_.end())
        record.arrivals = known->second;
    log::write(log::mailbox_added, {log::mailbox(mailbox.id)});
    if (record.paused)
        return;
    // The first polls are spread, so that thousands of mailboxes do not go out in step.
    const auto spread =
        std::min<Duration>(phase, mailbox.poll / static_cast<std::int64_t>(std::max<std::size_t>(of, 1)));
    schedule_.set_due(poll_errand(mailbox),
                      ground_.clock.steady() + spread * static_cast<std::int64_t>(position));
}

void Foreman::remove_mailbox(const std::string& id) {
    const MailboxRecord* record = board_.find_mailbox(id);
    if (!record)
        return;
    schedule_.drop(poll_errand(record->mailbox));
    board_.forget_mailbox(id);
    log::write(log::mailbox_removed, {log::mailbox(id)});
}

Steady Foreman::jittered(Duration interval) {
    // Ten per cent to either side.
    const auto fifth = std::max<std::int64_t>(1, interval.count() / 5);
    const auto shift = static_cast<std::int64_t>(ground_.clock.dice() % static_cast<std::uint64_t>(fifth));
    return ground_.clock.steady() + interval - Duration{fifth / 2} + Duration{shift};
}

std::size_t Foreman::poll_now(const std::string& mailbox) {
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

void Foreman::recall_pauses() {
    std::istringstream paused(ground_.ledger.recall(paused_memory).value_or(""));
    for (std::string id; std::getline(paused, id);)
        paused_.insert(id);
}

void Foreman::recall_arrivals() {
    std::istringstream kept(ground_.ledger.recall(arrivals_memory).value_or(""));
    for (std::string id, text; kept >> id && std::getline(kept >> std::ws, text);)
        arrivals_[id] = Arrivals::from_text(text);
}

void Foreman::keep_arrivals() {
    if (!std::exchange(new_arrivals_, false))
        return;
    std::string all;
    for (const auto& [id, arrivals] : arrivals_)
        all += id + ' ' + arrivals.text() + '\n';
    at_desk([this, all] { ground_.ledger.remember(arrivals_memory, all); });
}

void Foreman::pause(const std::string& mailbox, bool paused) {
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
    at_desk([this, all] { ground_.ledger.remember(paused_memory, all); });
    send_out();
}

void Foreman::change_fax(const FaxKey& key, std::function<void(Entry&)> change, Changed done) {
    at_desk([this, key, change = std::move(change), done = std::move(done)] {
        const auto entry = ground_.ledger.find(key);
        if (!entry)
            return done(Change::no_such_fax, {});
        at_loop([this, errand = carry_errand(*entry), change, done] {
            if (!schedule_.seize(errand))
                return done(Change::busy, {});
            at_desk([this, errand, change, done] {
                Entry changed;
                auto result = Change::failed;
                try {
                    changed = ground_.ledger.find({errand.project, errand.fax_id}).value();
                    change(changed);
                    ground_.ledger.save(changed);
                    result = Change::done;
                } catch (const GroundFault&) {
                    throw;
                } catch (const std::exception&) { // a full disk, say: nothing was changed
                }
                at_loop([this, errand, changed, result, done] {
                    schedule_.came_back(errand, {}, true);
                    rests_.end(errand);
                    moved_ = true;
                    gather_by(ground_.clock.steady());
                    done(result, changed);
                    send_out();
                });
            });
        });
    });
}

} // namespace efaxd::app
