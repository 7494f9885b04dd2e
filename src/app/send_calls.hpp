// Calls that wait for what an errand does with a Communication.
#pragma once

#include "efaxd/core/transmission.hpp"
#include "efaxd/ports/outbox.hpp"

#include <functional>
#include <map>
#include <set>
#include <span>
#include <vector>

namespace efaxd::app {

/// Lives on the loop.
class SendCalls {
  public:
    /// How the rows stand once all are back; `late` if some were not, in time.
    using Done = std::function<void(const std::vector<Transmission>& rows, bool late)>;

    /// A call that waits for the next return of each of these. The number serves to give it up.
    int wait_for(const std::vector<OutboundKey>& keys, Done done);
    /// It is answered with what is known by now, if it still waits.
    void give_up(int number);

    void carried(const OutboundKey& key, std::span<const Transmission> rows);

  private:
    struct Call {
        std::set<OutboundKey> keys; ///< not back yet
        std::vector<Transmission> rows;
        Done done;
    };

    int last_ = 0;
    std::map<int, Call> calls_;
};

} // namespace efaxd::app
