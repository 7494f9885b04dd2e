// Waiting for the converter, but not for ever.
#pragma once

#include "convert/child.hpp"
#include "efaxd/core/instant.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>

namespace efaxd::convert {

/// Only the time spent in here counts: who feeds a conversion slowly does not use up its patience.
class Patience {
  public:
    Patience(std::stop_token stop, Duration most);

    /// Until one of poll's `events` (or an error) shows at `descriptor`. Throws Stopped at once when asked to
    /// stop, and Fault `document.converter_failed` when patience has run out.
    void wait_for(int descriptor, short events);

  private:
    std::stop_token stop_;
    std::chrono::nanoseconds left_;
    Descriptor bell_; ///< readable once stopping
    std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

} // namespace efaxd::convert
