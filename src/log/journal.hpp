// The journal's own socket, which takes a line with its fields: `journalctl EFAXD_PROJECT=clinic`.
#pragma once

#include <string>
#include <string_view>

namespace efaxd::log {

/// Speaks the native protocol of systemd-journald (systemd.io/JOURNAL_NATIVE_PROTOCOL): one datagram for each
/// line. Safe from any thread once made.
class Journal {
  public:
    explicit Journal(std::string socket = "/run/systemd/journal/socket");
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// False if the journal did not take it within a tenth of a second. Never throws.
    bool send(std::string_view datagram) const;

  private:
    std::string path_;
    int socket_ = -1;
};

} // namespace efaxd::log
