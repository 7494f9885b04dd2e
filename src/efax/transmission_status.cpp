#include "efax/transmission_status.hpp"

#include "efax/wire.hpp"
#include "efaxd/core/fault.hpp"
#include "efaxd/core/fax.hpp"
#include "efaxd/core/timestamp.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace efaxd::efax {

namespace {

using State = SendStatus::State;

constexpr std::pair<std::string_view, State> words[] = {
    {"new", State::queued},         {"inprogress", State::sending},
    {"inprogess", State::sending},  {"pendingretry", State::retrying},
    {"complete", State::completed}, {"completed", State::completed},
    {"error", State::failed},       {"canceled", State::cancelled},
    {"cancelled", State::cancelled}};

bool terminal(State state) {
    return state == State::completed || state == State::failed || state == State::cancelled;
}

int count_of(std::optional<std::int64_t> number) {
    return static_cast<int>(std::clamp<std::int64_t>(number.value_or(0), 0, std::numeric_limits<int>::max()));
}

/// `SFAX`, nothing and `0` are no errors.
std::string code_of(const json::Value& value) {
    constexpr std::size_t longest = 16;
    std::string code(value.text_or({}));
    if (const auto integer = value.integer())
        code = std::to_string(*integer);
    const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; };
    std::transform(code.begin(), code.end(), code.begin(), upper);
    const bool fits = std::all_of(code.begin(), code.end(),
                                  [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
    const bool none = code == "SFAX" || code == "0" || code == "OK";
    return fits && !none && code.size() <= longest ? code : std::string();
}

/// A list of attempts, one alone, or their number.
int tries_of(const json::Value& attempts) {
    if (attempts.is_array() || attempts.is_object())
        return static_cast<int>(one_or_many(attempts).size());
    return count_of(attempts.integer());
}

std::optional<Instant> time_of(const json::Value& value) {
    const auto timestamp = read_timestamp(value.text_or({}));
    return timestamp ? std::optional(timestamp->instant) : std::nullopt;
}

/// The member of the transmission, else of the fax around it.
json::Value member(const json::Value& transmission, const json::Value& fax, std::string_view name) {
    const json::Value inner = transmission[name];
    return inner ? inner : fax[name];
}

} // namespace

State state_of(std::string_view word) {
    const std::string looked_for = plain(word);
    for (const auto& [spelling, state] : words)
        if (spelling == looked_for)
            return state;
    return State::unknown;
}

SendStatus status_of(const json::Value& fax) {
    const json::Value transmission = unwrapped(fax["transmission_data"]);
    SendStatus status;
    status.state = state_of(member(transmission, fax, "transmission_status").text_or({}));
    status.code = code_of(member(transmission, fax, "error_code"));
    status.pages = count_of(member(transmission, fax, "total_pages_sent").integer());
    if (status.pages == 0 && status.state == State::completed) // then all of them were sent
        status.pages = count_of(member(transmission, fax, "pages").integer());
    status.tries = tries_of(member(transmission, fax, "attempts"));
    if (terminal(status.state))
        status.completed = time_of(member(transmission, fax, "completed_timestamp"));
    return status;
}

SendStatus read_status(std::string_view body, std::string_view fax_id) {
    const json::Document document = parse_reply(body);
    const json::Value fax = unwrapped(document.root());
    if (!fax.is_object() || reports_errors(fax))
        throw Fault(Fault::Kind::passing, "efax.bad_reply", "The reply tells nothing of the fax.");
    const json::Value id = fax["fax_id"];
    if (id && clean_fax_id(id.text_or({})) != clean_fax_id(fax_id))
        throw Fault(Fault::Kind::passing, "efax.bad_reply", "The reply is about another fax.");
    SendStatus status = status_of(fax);
    status.destination =
        number_of(member(unwrapped(fax["transmission_data"]), fax, "destination_fax_number"));
    return status;
}

} // namespace efaxd::efax
