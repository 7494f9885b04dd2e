// What was asked of the simulated services, in order. No secrets: no headers, no bodies.
#pragma once

#include "efaxd/core/instant.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace efaxd::sandbox {

struct JournalEntry {
    std::uint64_t number = 0; ///< from 1
    Instant at{};             ///< simulated time
    std::string side;         ///< `efax`, `fhir`
    std::string endpoint;     ///< e.g. `efax.image`, `fhir.create`
    std::string method;
    std::string target;  ///< path and query
    std::string user_id; ///< eFax only
    std::string subject; ///< fax id, or `Type/id`, that it was about; empty for lists and searches
    int status = 0;      ///< as decided; 0: hung up before it was looked at
    std::string fault;   ///< kind of the fault that met it, or empty
    std::int64_t ms = 0; ///< from the whole request to the reply's first byte, a fault's delay not counted

    /// Did it mean to change something: POST, PUT, PATCH or DELETE, but for tokens and reads by POST?
    bool is_write() const;
};

/// Members left empty (or 0) match everything.
struct JournalFilter {
    std::string side{};
    std::string endpoint{};
    std::string method{};
    std::string user_id{};
    std::string subject{};
    int status = 0;
    bool writes_only = false;
    std::uint64_t after = 0; ///< only entries with a higher number

    bool matches(const JournalEntry& entry) const;
};

/// Keeps the last `most` entries. Safe from any thread.
class Journal {
  public:
    explicit Journal(std::size_t most = 200'000) : most_(most) {}

    void add(JournalEntry entry); ///< numbers it
    std::vector<JournalEntry> entries(const JournalFilter& filter = {}) const;
    std::size_t count(const JournalFilter& filter = {}) const;
    /// All requests that meant to change something.
    std::vector<JournalEntry> writes() const;
    /// Blocks until so many entries match; false after the time given.
    bool wait_for(const JournalFilter& filter, std::size_t count,
                  Duration patience = std::chrono::seconds{10}) const;
    void clear(); ///< numbers go on

  private:
    std::size_t count_locked(const JournalFilter& filter) const;

    const std::size_t most_;
    mutable std::mutex mutex_;
    mutable std::condition_variable added_;
    std::deque<JournalEntry> entries_;
    std::uint64_t last_ = 0;
};

} // namespace efaxd::sandbox
