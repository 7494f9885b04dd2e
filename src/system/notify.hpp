// Speaks to the service manager: the sd_notify protocol, as sd_notify(3) and sd_watchdog_enabled(3) tell it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace efaxd::system {

/// One datagram for each verb, towards `$NOTIFY_SOCKET`. Does nothing when there is no such variable. Safe
/// from any thread; never throws for a manager that does not listen, and waits for it a second at the most.
class Notifier {
  public:
    /// Reads the environment. A socket address that is neither a path nor abstract (`@name`) counts as none.
    Notifier();
    ~Notifier();
    Notifier(const Notifier&) = delete;
    Notifier& operator=(const Notifier&) = delete;

    /// Each returns whether the datagram was handed over.
    bool ready() const;
    /// A line for people. Control characters become spaces.
    bool status(std::string_view line) const;
    /// To be followed by `ready` once the new configuration is in use.
    bool reloading() const;
    bool stopping() const;
    bool watchdog() const;

    /// How often the manager wants to hear `watchdog` at the least; nothing if it does not watch this
    /// process. Call it twice as often.
    std::optional<std::chrono::microseconds> watchdog_interval() const { return watchdog_interval_; }

  private:
    bool send(const std::string& message) const;

    std::string address_; ///< as in `$NOTIFY_SOCKET`; empty: nobody to speak to
    int socket_ = -1;
    std::optional<std::chrono::microseconds> watchdog_interval_;
};

} // namespace efaxd::system
