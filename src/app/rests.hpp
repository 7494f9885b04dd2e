// How long work rests that the ledger could not be told to rest: a full disk takes no due time.
#pragma once

#include "efaxd/core/backoff.hpp"
#include "efaxd/core/schedule.hpp"

#include <map>

namespace efaxd::app {

/// In memory only: after a restart each is tried once more at once. Lives on the loop.
class Rests {
  public:
    /// The errand failed and that could not be written down. Returns how long it rests: longer each time.
    Duration begin(const Errand& errand, const BackoffPolicy& policy, Steady now, std::uint64_t dice) {
        Rest& rest = rests_[errand];
        const Duration wait = backoff(policy, ++rest.failures, dice);
        rest.until = now + wait;
        return wait;
    }
    void end(const Errand& errand) { rests_.erase(errand); }

    bool rests(const Errand& errand, Steady now) const {
        const auto found = rests_.find(errand);
        return found != rests_.end() && now < found->second.until;
    }

  private:
    struct Rest {
        int failures = 0; ///< in a row
        Steady until{};
    };
    std::map<Errand, Rest> rests_;
};

} // namespace efaxd::app
