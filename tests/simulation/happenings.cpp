// What happens in a simulated clinic: faxes, staff, rivals, persons at the console, and bad luck.
#include "simulation/simulation.hpp"

#include "flow/decisions.hpp"

#include <algorithm>
#include <array>

namespace efaxd::simulation {

namespace {

using namespace std::chrono_literals;

constexpr Duration day = 24h;

} // namespace

void Simulation::again_and_again(double a_day, const Job& job) {
    if (a_day <= 0)
        return;
    const auto mean = static_cast<double>(day.count()) / a_day;
    const Duration wait = dice_.between(1ms, Duration{static_cast<std::int64_t>(2 * mean) + 1});
    world_.time.in(wait, [this, a_day, job] {
        if (!world_.stormy())
            return;
        job();
        again_and_again(a_day, job);
    });
}

void Simulation::set_up() {
    users_ = {"user-system"};
    for (int number = 0; number < plan_.owners; ++number) {
        const auto kind = number % 2 == 0 ? OwnerKind::organization : OwnerKind::practitioner;
        fhir_.users.push_back({{kind, "own" + std::to_string(number)}, "user-" + std::to_string(number)});
        users_.push_back(fhir_.users.back().user_id);
    }
    again_and_again(plan_.faxes, [this] { fax_arrives(); });
    again_and_again(plan_.communications, [this] { communication_is_made(); });
    if (plan_.bare)
        return;
    set_up_weather();
    set_up_people();
}

void Simulation::set_up_weather() {
    again_and_again(plan_.outages, [this] { outage(); });
    again_and_again(plan_.jumps, [this] { clock_jumps(); });
    again_and_again(plan_.cut > 0 ? 1 : 0, [this] { restart(); });
    again_and_again(0.5, [this] { world_.efax_rival_until = world_.time.now() + dice_.between(5min, 1h); });
    again_and_again(0.5, [this] {
        const std::string user = dice_.one_of(users_);
        efax_.refused_users.insert(user);
        world_.time.in(dice_.between(10min, 12h), [this, user] { efax_.refused_users.erase(user); });
    });
    again_and_again(0.3, [this] {
        world_.disk_full = true;
        world_.time.in(dice_.between(1min, 1h), [this] { world_.disk_full = false; });
    });
    again_and_again(1, [this] { disk_loses_a_document(); });
    again_and_again(0.3, [this] { owners_change(); });
    if (plan_.client_ids)
        again_and_again(0.1, [this] { fhir_.client_ids = !fhir_.client_ids; });
}

void Simulation::set_up_people() {
    again_and_again(4, [this] { look_at_held(); });
    again_and_again(2, [this] {
        if (life_)
            life_->foreman().poll_everything();
    });
    again_and_again(6, [this] {
        if (life_)
            life_->foreman().look_after_notification("clinic");
    });
    again_and_again(0.5, [this] {
        if (!life_)
            return;
        life_->foreman().set_paused("clinic:system", true);
        world_.time.in(dice_.between(10min, 5h), [this] {
            if (life_)
                life_->foreman().set_paused("clinic:system", false);
        });
    });
}

// ---- receiving

void Simulation::fax_arrives() {
    SimFax& fax = efax_.put(dice_.one_of(users_));
    world_.note("fax", fax.fax.id, fax.user_id);
    if (!plan_.bare)
        others_touch(fax);
}

void Simulation::others_touch(SimFax& fax) {
    SimFax* const one = &fax;
    if (dice_.chance(0.1)) // another program reads it
        world_.time.in(dice_.between(0s, 20min), [one] { one->fax.downloaded = true; });
    if (dice_.chance(0.03)) // and deletes it
        world_.time.in(dice_.between(0s, 12h), [this, one] { efax_.erase(*one); });
    if (dice_.chance(0.02))
        fhir_.put_by_stranger(fax.fax.listed_id, Direction::inbound);
    if (dice_.chance(0.02)) // sent from our own number
        fhir_.put_by_stranger(fax.fax.listed_id, Direction::outbound);
    if (dice_.chance(0.01)) {
        fax.refused = true;
        fhir_.refused.insert(fax.fax.listed_id);
    }
    world_.time.in(30 * day, [this, one] { efax_.erase(*one); }); // retention
    if (dice_.chance(0.05))
        world_.time.in(day + dice_.between(0s, day), [this, one] { // staff delete its Communication
            for (SimInbound& kept : fhir_.inbound)
                if (kept.fax_id == one->fax.listed_id && world_.time.now() - kept.made > day) {
                    kept.deleted = true;
                    world_.note("deleted by staff", kept.id);
                }
        });
}

void Simulation::disk_loses_a_document() {
    if (!life_ || efax_.faxes().empty())
        return;
    const std::size_t from = efax_.faxes().size() - std::min<std::size_t>(efax_.faxes().size(), 20);
    for (std::size_t at = from; at < efax_.faxes().size(); ++at) {
        SimFax& fax = *efax_.faxes()[at];
        const auto file = dir_.path() / "spool" / spool::FileSpool::name_of({"clinic", fax.fax.id});
        if (dice_.chance(0.5) && std::filesystem::remove(file)) {
            fax.spool_lost = true;
            world_.note("lost", fax.fax.id);
        }
    }
}

void Simulation::owners_change() {
    if (dice_.chance(0.5) || fhir_.users.empty()) {
        const std::string number = std::to_string(fhir_.users.size());
        fhir_.users.push_back({{OwnerKind::practitioner, "new" + number}, "user-new-" + number});
        users_.push_back(fhir_.users.back().user_id);
        return;
    }
    const OwnedUser leaving = dice_.one_of(fhir_.users); // deleted on the server
    fhir_.vanished.insert(leaving.owner.reference());
    std::erase(users_, leaving.user_id);
    for (const auto& fax : efax_.faxes())
        fax->ownerless |= fax->user_id == leaving.user_id;
}

// ---- sending

void Simulation::communication_is_made() {
    std::vector<std::string> numbers;
    const std::size_t recipients = 1 + (dice_.chance(0.3) ? dice_.below(3) : 0);
    while (numbers.size() < recipients) {
        const std::string number = "+155512345" + std::to_string(10 + dice_.below(30));
        if (std::ranges::find(numbers, number) == numbers.end())
            numbers.push_back(number);
    }
    const std::string id = fhir_.put_outbound(numbers).communication.id;
    world_.note("outbound", id);
    if (dice_.chance(0.5)) // an app calls, and calls again
        for (int call = 0; call < 3; ++call)
            world_.time.in(dice_.between(0s, 3min), [this, id] {
                if (life_ && !restarting_)
                    life_->foreman().send_called(id);
            });
    if (!plan_.bare)
        staff_touch(id);
}

void Simulation::staff_touch(const std::string& id) {
    const auto later = [this, id](double chance, Duration most, auto change) {
        if (dice_.chance(chance))
            world_.time.in(dice_.between(0s, most),
                           [this, id, change] { fhir_.staff(fhir_.outbound.at(id), change); });
    };
    for (const char* const status : {"stopped", "entered-in-error", "completed"})
        later(0.04, 30min, [this, status](SimOutbound& outbound) {
            outbound.standing.status = outbound.status_by_staff = status;
            outbound.ended_by_staff = world_.time.now();
        });
    later(0.03, 2h, [this](SimOutbound& outbound) {
        outbound.gone = true;
        outbound.ended_by_staff = world_.time.now();
    });
    later(0.05, 10min,
          [](SimOutbound& outbound) { outbound.communication.recipients.front().number = "+15559876543"; });
    later(0.03, 10min, [](SimOutbound& outbound) { outbound.communication.recipients.resize(1); });
    later(0.2, 24h, [](SimOutbound& outbound) { outbound.standing.body = "a note of staff"; });
}

// ---- bad luck

void Simulation::outage() {
    ++world_.counts.outages;
    auto& outage = world_.outages[dice_.below(2)];
    outage.until =
        world_.time.now() + (dice_.chance(0.5) ? dice_.between(1min, 20min) : dice_.between(20min, 9h));
    outage.silent = dice_.chance(0.3);
    world_.note("outage");
}

void Simulation::clock_jumps() {
    constexpr std::array<Duration, 7> jumps{300s, -300s, 1h, -1h, 24h, -24h, 2s};
    const Duration jump = jumps[dice_.below(jumps.size())];
    world_.skew += jump;
    ++world_.counts.jumps;
    world_.note("clock", std::to_string(jump.count()));
    if (dice_.chance(0.7)) // and is set right later
        world_.time.in(dice_.between(1min, 6h), [this, jump] {
            if (!world_.stormy())
                return;
            world_.skew -= jump;
            world_.note("clock", std::to_string(-jump.count()));
        });
}

// ---- persons at the console

void Simulation::look_at_held() {
    if (!life_ || restarting_)
        return;
    LedgerQuery query;
    query.held = true;
    for (const Entry& entry : life_->ledger().list(query))
        life_->foreman().retry_fax(entry.key);
    OutboxQuery outbound;
    outbound.held = true;
    for (const Transmission& row : life_->outbox().list(outbound))
        decide_about(row);
}

/// As a careful person would, who looks at the eFax portal first.
void Simulation::decide_about(const Transmission& row) {
    const std::string document = text_of(row.key.communication);
    const SimSent* sent = nullptr; // the latest: an earlier round of it ended otherwise
    for (const auto& one : efax_.sent())
        if (one->number == row.number && one->document == document)
            sent = one.get();
    const auto luck = dice_.below(4);
    const Instant now = world_.now();
    app::Foreman::Decide decide;
    if (row.stage == SendStage::submitting && sent && luck < 2) {
        decide = [fax_id = sent->fax_id, now](Transmission& one) { return flow::confirm(one, fax_id, now); };
    } else if (row.stage == SendStage::submitting && !sent && luck < 2) {
        decide = [this, document, now](Transmission& one) {
            const auto decision = flow::resend(one, now);
            if (decision.done)
                ++resends_[{one.number, document}];
            return decision;
        };
    } else if (luck == 2) {
        decide = [now](Transmission& one) { return flow::cancel(one, now); };
    } else {
        decide = [now](Transmission& one) { return flow::retry(one, now); };
    }
    life_->foreman().decide(row.key, decide, [](app::Foreman::Change, const flow::Decision&) {});
}

// ---- the end of all that

void Simulation::calm() {
    world_.note("calm");
    efax_.refused_users.clear();
    world_.disk_full = false;
    if (dice_.chance(0.5))
        world_.skew = Duration{0};
    for (const Duration wait : {10min, 30min, 90min})
        world_.time.in(wait, [this] {
            once_alive([this] {
                life_->foreman().set_paused("clinic:system", false);
                look_at_held();
            });
        });
}

void Simulation::once_alive(const Job& job) {
    if (life_ && !restarting_)
        return job();
    world_.time.in(1min, [this, job] { once_alive(job); });
}

} // namespace efaxd::simulation
