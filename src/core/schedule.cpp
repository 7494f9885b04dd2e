#include "efaxd/core/schedule.hpp"

#include <algorithm>

namespace efaxd {

Schedule::Schedule(int hands) : hands_(std::max(1, hands)) {}

void Schedule::share_among(std::size_t projects) { projects_ = std::max<std::size_t>(1, projects); }

void Schedule::set_due(const Errand& errand, Steady when) {
    const auto [known, added] = timed_.try_emplace(errand, when);
    if (!added) {
        waiting_.erase({known->second, errand});
        known->second = when;
    }
    if (out_.contains(errand))
        asked_.insert(errand);
    else
        waiting_.insert({when, errand});
}

void Schedule::set_due_again(const Errand& errand, Steady when) {
    if (asked_.erase(errand) == 0 && timed_.contains(errand))
        set_due(errand, when);
}

void Schedule::drop(const Errand& errand) {
    const auto known = timed_.find(errand);
    if (known == timed_.end())
        return;
    waiting_.erase({known->second, errand});
    timed_.erase(known);
    asked_.erase(errand);
    if (!out_.contains(errand))
        slow_.erase(errand);
}

bool Schedule::offer(const Errand& carry) {
    if (out_.contains(carry) || !queued_.insert(carry).second)
        return false;
    auto& line = faxes_[carry.mailbox];
    if (line.empty())
        turns_.push_back(carry.mailbox);
    line.push_back(carry);
    return true;
}

void Schedule::withdraw(const Errand& carry) {
    if (queued_.erase(carry) == 0)
        return;
    auto& line = faxes_[carry.mailbox];
    std::erase(line, carry);
    if (!line.empty())
        return;
    faxes_.erase(carry.mailbox);
    std::erase(turns_, carry.mailbox);
}

bool Schedule::seize(const Errand& carry) {
    if (out_.contains(carry))
        return false;
    withdraw(carry);
    std::vector<Errand> nobody;
    send(carry, nobody);
    return true;
}

bool Schedule::fits(ErrandKind kind, const Count& count, int share) const {
    const int kept = share / 4;
    if (count.all() >= share)
        return false;
    if (is_queued(kind))
        return count.faxes < share - kept;
    return queued_.empty() || count.timed < share - kept;
}

bool Schedule::may_go(const Errand& errand) const {
    if (!room_for(errand.kind))
        return false;
    if (slow_.contains(errand) && slow_out_ >= std::max(1, hands_ / 4))
        return false;
    if (projects_ < 2)
        return true;
    const auto busy = count_by_project_.find(errand.project);
    return busy == count_by_project_.end() || fits(errand.kind, busy->second, std::max(1, hands_ / 2));
}

void Schedule::send(const Errand& errand, std::vector<Errand>& sent) {
    const auto number = is_queued(errand.kind) ? &Count::faxes : &Count::timed;
    out_.insert(errand);
    ++(count_.*number);
    ++(count_by_project_[errand.project].*number);
    if (slow_.contains(errand))
        ++slow_out_;
    sent.push_back(errand);
}

void Schedule::take_timed(Steady now, std::vector<Errand>& sent) {
    for (auto it = waiting_.begin(); it != waiting_.end() && it->first <= now;) {
        if (!room_for(ErrandKind::poll))
            return;
        if (!may_go(it->second)) {
            ++it;
            continue;
        }
        send(it->second, sent);
        it = waiting_.erase(it);
    }
}

void Schedule::take_faxes(std::vector<Errand>& sent) {
    // A whole round in which nobody may go ends it.
    for (std::size_t refused = 0; refused < turns_.size() && room_for(ErrandKind::carry);) {
        const std::string mailbox = turns_.front();
        turns_.pop_front();
        auto& line = faxes_.at(mailbox);
        const auto ready =
            std::find_if(line.begin(), line.end(), [&](const Errand& fax) { return may_go(fax); });
        if (ready == line.end()) {
            ++refused;
        } else {
            refused = 0;
            queued_.erase(*ready);
            send(*ready, sent);
            line.erase(ready);
        }
        if (line.empty()) {
            faxes_.erase(mailbox);
        } else {
            turns_.push_back(mailbox);
        }
    }
}

std::vector<Errand> Schedule::take(Steady now) {
    std::vector<Errand> sent;
    take_timed(now, sent);
    take_faxes(sent);
    return sent;
}

void Schedule::came_back(const Errand& errand, Duration took, bool over) {
    if (out_.erase(errand) == 0)
        return;
    const auto number = is_queued(errand.kind) ? &Count::faxes : &Count::timed;
    --(count_.*number);
    auto& of_project = count_by_project_[errand.project];
    --(of_project.*number);
    if (of_project.all() == 0)
        count_by_project_.erase(errand.project);
    if (slow_.contains(errand))
        --slow_out_;

    const auto known = timed_.find(errand);
    const bool comes_again = known != timed_.end() || (is_queued(errand.kind) && !over);
    if (took > slow && comes_again) {
        slow_.insert(errand);
    } else {
        slow_.erase(errand);
    }
    if (known != timed_.end())
        waiting_.insert({known->second, errand});
}

std::optional<Steady> Schedule::next_due() const {
    if (waiting_.empty())
        return std::nullopt;
    return waiting_.begin()->first;
}

} // namespace efaxd
