// Remembers in which spelling a server accepts the bound of a time window.
#pragma once

#include "efax/wire.hpp"
#include "efaxd/ports/clock.hpp"

#include <mutex>
#include <vector>

namespace efaxd::efax {

/// Safe from any thread. A server's refusal of every spelling is believed for a day.
class Bounds {
  public:
    explicit Bounds(Clock& clock) : clock_(clock) {}

    /// In the order in which they are to be tried: the one that worked last comes first.
    std::vector<BoundForm> forms();
    /// This one worked.
    void remember(BoundForm form);

  private:
    Clock& clock_;
    std::mutex mutex_;
    BoundForm bound_ = BoundForm::zulu;
    Steady unbounded_until_{};
};

} // namespace efaxd::efax
