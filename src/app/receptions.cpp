#include "app/receptions.hpp"

#include "app/remedies.hpp"

#include <sysexits.h>
#include <utility>

namespace efaxd::app {

int Receptions::wait_for(const std::vector<std::string>& mailboxes, Done done) {
    Call& call = calls_[++last_];
    call.mailboxes.insert(mailboxes.begin(), mailboxes.end());
    call.reception.mailboxes = call.mailboxes.size();
    call.done = std::move(done);
    return last_;
}

void Receptions::give_up(int number) {
    const auto found = calls_.find(number);
    if (found == calls_.end())
        return;
    Call call = std::move(found->second);
    calls_.erase(found);
    call.reception.received.pending = static_cast<std::int64_t>(call.faxes.size());
    if (!call.mailboxes.empty())
        call.reception.received.issues.push_back({"timeout", "A mailbox is still being read."});
    call.done(call.reception);
}

void Receptions::polled(const ErrandReport& report) {
    for (auto& [number, call] : calls_)
        if (call.mailboxes.erase(report.errand.mailbox) > 0)
            take_poll(call, report);
    answer_complete();
}

void Receptions::take_poll(Call& call, const ErrandReport& report) {
    auto& received = call.reception.received;
    if (report.well()) {
        for (const std::string& fax_id : report.poll.claimed)
            call.faxes.insert({report.errand.project, fax_id});
        for (const auto& [key, carried] : std::exchange(call.early, {}))
            if (call.faxes.contains(key))
                take_fax(call, carried);
        received.duplicates += static_cast<std::int64_t>(report.poll.listed) -
                               static_cast<std::int64_t>(report.poll.claimed.size());
        return;
    }
    const std::string reason = report.fault ? report.fault->reason : "daemon.internal";
    ++call.reception.unread;
    ++received.failed;
    call.reception.reason = reason;
    call.reception.refused |= exit_code_of_reason(reason) == EX_NOPERM;
    received.issues.push_back(
        {"transient", "A mailbox could not be read (" + reason + "): " + remedy_of(reason)});
}

void Receptions::carried(const ErrandReport& report) {
    for (auto& [number, call] : calls_) {
        if (call.faxes.contains(report.entry.key))
            take_fax(call, report);
        else if (!call.mailboxes.empty())
            call.early.insert_or_assign(report.entry.key, report);
    }
    answer_complete();
}

void Receptions::take_fax(Call& call, const ErrandReport& report) {
    const Entry& entry = report.entry;
    auto& received = call.reception.received;
    if (entry.stage >= Stage::delivered) {
        ++received.received;
        received.communications.push_back(entry.communication_id);
    } else if (entry.held || report.fault) {
        ++received.failed;
        received.issues.push_back({"transient", "A fax could not be delivered yet (" + entry.reason + ")."});
    } else {
        return; // it is still on its way
    }
    call.faxes.erase(entry.key);
}

void Receptions::answer_complete() {
    std::vector<Call> complete;
    for (auto numbered = calls_.begin(); numbered != calls_.end();) {
        if (!numbered->second.mailboxes.empty() || !numbered->second.faxes.empty()) {
            ++numbered;
            continue;
        }
        complete.push_back(std::move(numbered->second));
        numbered = calls_.erase(numbered);
    }
    for (Call& call : complete)
        call.done(call.reception);
}

} // namespace efaxd::app
