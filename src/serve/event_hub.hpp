// The events of the log as a stream for whoever listens at the status socket.
#pragma once

#include "efaxd/events.hpp"
#include "serve/feed.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace efaxd::serve {

/// What one listener wants to hear.
struct EventWish {
    log::Level least = log::Level::info;
    std::string prefix; ///< of the code, such as `fax.`; empty: all
};

/// Has the ear of the log for as long as it lives. Whoever speaks never waits for a listener: each has a
/// bounded buffer, and one whose buffer is full hears no more than how much it missed, and that is the end.
///
/// The form is that of server-sent events: `event: CODE`, `data: ` and the line of the log as JSON, and an
/// empty line; `event: missed` with `{"missed": N}` as the last one of who was cut off. Safe from any thread.
class EventHub {
  public:
    struct Bounds {
        std::size_t listeners = 16;
        std::size_t bytes = 256u << 10; ///< of what one listener has not taken yet
    };

    EventHub();
    explicit EventHub(Bounds bounds);
    ~EventHub();
    EventHub(const EventHub&) = delete;
    EventHub& operator=(const EventHub&) = delete;

    /// Nothing if there are too many listeners. A feed may outlive the hub; then it is silent.
    std::shared_ptr<Feed> listen(EventWish wish);

  private:
    class Listener;
    struct Room;
    std::shared_ptr<Room> room_;
};

} // namespace efaxd::serve
