#include "sandbox/fate.hpp"

#include "sandbox/text.hpp"

#include <algorithm>

namespace efaxd::sandbox {

Fate fate_of_number(std::string_view digits) {
    Fate fate;
    const std::string_view last = digits.substr(digits.size() - std::min<std::size_t>(4, digits.size()));
    if (last == "9100") {
        fate.end = SendEnd::never;
    } else if (last == "9101") {
        fate.end = SendEnd::stuck;
    } else if (last == "9200") {
        fate.retries = 1;
    } else if (last.starts_with("90") && last.size() == 4) {
        fate.code = "E" + std::string{last.substr(2)};
        fate.end = fate.code == "E45" ? SendEnd::canceled : SendEnd::error;
    }
    return fate;
}

Fate timed(Fate fate, Duration total) {
    const Duration part = total / (2 + 2 * fate.retries);
    fate.queued = fate.queued.value_or(part);
    fate.sending = fate.sending.value_or(part);
    fate.waiting = fate.waiting.value_or(part);
    return fate;
}

Progress progress_of(const Fate& fate, Instant began, Instant now) {
    Instant next = began + fate.queued.value_or(Duration{});
    if (now < next || fate.end == SendEnd::stuck)
        return {SendState::queued, 0, std::nullopt};
    for (int attempt = 1; attempt <= fate.retries; ++attempt) {
        next += fate.sending.value_or(Duration{});
        if (now < next)
            return {SendState::sending, attempt, std::nullopt};
        next += fate.waiting.value_or(Duration{});
        if (now < next)
            return {SendState::retrying, attempt, std::nullopt};
    }
    next += fate.sending.value_or(Duration{});
    if (now < next || fate.end == SendEnd::never)
        return {SendState::sending, fate.retries + 1, std::nullopt};
    const SendState state = fate.end == SendEnd::complete ? SendState::complete
                            : fate.end == SendEnd::error  ? SendState::error
                                                          : SendState::canceled;
    return {state, fate.retries + 1, next};
}

std::optional<Instant> end_of(const Fate& fate, Instant began) {
    if (fate.end == SendEnd::never || fate.end == SendEnd::stuck)
        return std::nullopt;
    const Duration sending = fate.sending.value_or(Duration{});
    const Duration waiting = fate.waiting.value_or(Duration{});
    return began + fate.queued.value_or(Duration{}) + sending + fate.retries * (sending + waiting);
}

std::string_view message_of(std::string_view code) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 13> messages{
        {{"E06", "Unspecified system error"},
         {"E07", "Rast error"},
         {"E33", "Human answered"},
         {"E41", "Busy"},
         {"E42", "No answer"},
         {"E43", "Human answered"},
         {"E44", "Transmission interrupted"},
         {"E45", "Cancelled by sender"},
         {"E46", "Fax expired"},
         {"E49", "Communication error"},
         {"E51", "Invalid number format"},
         {"E52", "High risk number"},
         {"E53", "Number not allowed"}}};
    const auto* found =
        std::find_if(messages.begin(), messages.end(), [&](const auto& one) { return one.first == code; });
    if (found != messages.end())
        return found->second;
    return code.empty() ? "" : "Unknown error";
}

} // namespace efaxd::sandbox
