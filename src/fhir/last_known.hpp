// A yes or no of the server that is asked for now and then and may be missing.
#pragma once

#include "efaxd/core/fault.hpp"
#include "efaxd/ports/clock.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <utility>

namespace efaxd::fhir {

/// Safe from any thread. One caller asks at a time. The others get what was known before; only while nothing
/// was ever known do they wait for the first answer, since a guess would leave a trace on the server.
class LastKnown {
  public:
    /// What a failure counts as while no answer was ever had.
    using Guess = std::function<bool(const Fault&)>;

    /// An answer is good for `lasts`; after a failure it is asked for again no sooner than `again`.
    LastKnown(
        Clock& clock, Duration lasts, Duration again, Guess guess = [](const Fault&) { return false; })
        : clock_(clock), lasts_(lasts), again_(again), guess_(std::move(guess)) {}

    /// Asks if it is time. A Fault of `ask` is a failure and leaves what was known; anything else it throws
    /// is thrown on. Throws Stopped to those who wait.
    bool get(const std::function<bool()>& ask, const std::stop_token& stop);

  private:
    Clock& clock_;
    Duration lasts_;
    Duration again_;
    Guess guess_;

    std::mutex mutex_;
    std::condition_variable_any asked_;
    bool asked_once_ = false;
    bool answered_once_ = false;
    bool known_ = false; ///< or guessed
    bool asking_ = false;
    Steady good_until_{};
};

} // namespace efaxd::fhir
