#include "app/send_calls.hpp"

#include <utility>

namespace efaxd::app {

int SendCalls::wait_for(const std::vector<OutboundKey>& keys, Done done) {
    Call& call = calls_[++last_];
    call.keys.insert(keys.begin(), keys.end());
    call.done = std::move(done);
    return last_;
}

void SendCalls::give_up(int number) {
    const auto found = calls_.find(number);
    if (found == calls_.end())
        return;
    const Call call = std::move(found->second);
    calls_.erase(found);
    call.done(call.rows, true);
}

void SendCalls::carried(const OutboundKey& key, std::span<const Transmission> rows) {
    std::vector<Call> complete;
    for (auto numbered = calls_.begin(); numbered != calls_.end();) {
        Call& call = numbered->second;
        if (call.keys.erase(key) > 0)
            call.rows.insert(call.rows.end(), rows.begin(), rows.end());
        if (!call.keys.empty()) {
            ++numbered;
            continue;
        }
        complete.push_back(std::move(call));
        numbered = calls_.erase(numbered);
    }
    for (const Call& call : complete)
        call.done(call.rows, false);
}

} // namespace efaxd::app
