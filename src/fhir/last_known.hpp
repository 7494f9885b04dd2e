// A yes or no of the server that is asked for now and then and may be missing.
#pragma once

#include "efaxd/ports/clock.hpp"

#include <functional>
#include <mutex>

namespace efaxd::fhir {

/// Safe from any thread. One caller asks at a time; the others do not wait for it but get what was known
/// before, at first `false`.
class LastKnown {
  public:
    /// An answer is good for `lasts`; after a failure it is asked for again no sooner than `again`.
    LastKnown(Clock& clock, Duration lasts, Duration again) : clock_(clock), lasts_(lasts), again_(again) {}

    /// Asks if it is time. A Fault of `ask` is a failure and leaves what was known; anything else it throws
    /// is thrown on.
    bool get(const std::function<bool()>& ask);

  private:
    Clock& clock_;
    Duration lasts_;
    Duration again_;

    std::mutex mutex_;
    bool known_ = false;
    bool asking_ = false;
    Steady good_until_{};
};

} // namespace efaxd::fhir
