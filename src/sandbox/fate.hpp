// What becomes of a fax that the simulated eFax has taken to send.
#pragma once

#include "efaxd/core/instant.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace efaxd::sandbox {

enum class SendState { queued, sending, retrying, complete, error, canceled };

inline bool is_final(SendState state) { return state >= SendState::complete; }

/// How a fax ends; `never` leaves it being sent for ever, `stuck` queued for ever.
enum class SendEnd { complete, error, canceled, never, stuck };
inline constexpr std::array<std::string_view, 5> send_end_names{"complete", "error", "canceled", "never",
                                                                "stuck"};

struct Fate {
    SendEnd end = SendEnd::complete;
    std::string code{};         ///< `E41` …; empty after success (the style says how that is written)
    std::optional<int> pages{}; ///< that arrive; all after success and none otherwise, if not given
    int retries = 0;            ///< how often it waits for a retry before it ends
    /// How long each NEW, IN PROGRESS and PENDING RETRY lasts; equal parts of `send_seconds` if not given.
    std::optional<Duration> queued{};
    std::optional<Duration> sending{};
    std::optional<Duration> waiting{};

    bool operator==(const Fate&) const = default;
};

/// By the number's last four digits: 90NN ends with error ENN (9045: cancelled), 9100 is being sent for
/// ever, 9101 is queued for ever, 9200 waits for one retry and then succeeds; all others succeed.
Fate fate_of_number(std::string_view digits);

/// The same with all three durations given, so that all of them together last `total`.
Fate timed(Fate fate, Duration total);

struct Progress {
    SendState state = SendState::queued;
    int attempts = 0;           ///< begun so far
    std::optional<Instant> end; ///< when it ended; nothing while it has not

    bool operator==(const Progress&) const = default;
};

/// How far a fax with this fate (durations given) has come.
Progress progress_of(const Fate& fate, Instant began, Instant now);

/// When it ends; nothing: never.
std::optional<Instant> end_of(const Fate& fate, Instant began);

/// What eFax says of a result code (efax-api 5.5).
std::string_view message_of(std::string_view code);

} // namespace efaxd::sandbox
