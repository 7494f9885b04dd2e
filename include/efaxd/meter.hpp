// What the daemon counts while it works, for Prometheus: how often, and how long it took.
#pragma once

#include "efaxd/core/instant.hpp"

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace efaxd::meter {

enum class Kind { counter, histogram };

struct Family {
    std::string_view name; ///< without `efaxd_`
    Kind kind;
    std::string_view help; ///< one sentence
};

#define EFAXD_METERS(X)                                                                                      \
    X(polls, "polls_total", counter, "Polls of mailboxes by outcome: ok or failed.")                         \
    X(poll_seconds, "poll_duration_seconds", histogram, "How long a poll took, in seconds.")                 \
    X(faxes_claimed, "faxes_claimed_total", counter, "New faxes that were claimed.")                         \
    X(requests, "requests_total", counter,                                                                   \
      "Requests to eFax and to the FHIR server by outcome: a class of status codes, 429, or lost.")          \
    X(request_seconds, "request_duration_seconds", histogram, "How long a request took, in seconds.")        \
    X(tokens_ended, "efax_tokens_ended_total", counter,                                                      \
      "Our eFax tokens that were refused before their time, as when another program signs in.")              \
    X(step_seconds, "fax_step_duration_seconds", histogram,                                                  \
      "How long a step of a fax took that succeeded, in seconds.")                                           \
    X(delivery_seconds, "fax_delivery_duration_seconds", histogram,                                          \
      "From the first sight of a fax to its Communication, in seconds.")                                     \
    X(submission_seconds, "transmission_submission_duration_seconds", histogram,                             \
      "From the acceptance of an outbound fax to eFax having taken it, in seconds.")                         \
    X(outcome_seconds, "transmission_outcome_duration_seconds", histogram,                                   \
      "From eFax having taken an outbound fax to its outcome, in seconds.")                                  \
    X(events, "events_total", counter, "Warnings and errors of the log by code, the left-out lines too.")

#define EFAXD_METER(id, name, kind, help) inline constexpr Family id{name, Kind::kind, help};
EFAXD_METERS(EFAXD_METER)
#undef EFAXD_METER

/// All of them, in the order above.
std::span<const Family> all_families();

/// Values are words of ours or names from the configuration: few different ones, and never a person's, nor
/// anything of a fax.
struct Label {
    std::string_view name;
    std::string_view value;
};
using Labels = std::initializer_list<Label>;

/// Both are safe from any thread and never throw: what cannot be counted for want of memory is not.
void count(const Family& family, Labels labels, std::int64_t times = 1);
/// A negative duration counts as none.
void observe(const Family& family, Labels labels, Duration took);

/// All families in the Prometheus text format, counted since the process began.
std::string text();

/// `{name="value",…}`, escaped; empty without labels.
std::string label_text(Labels labels);

} // namespace efaxd::meter
