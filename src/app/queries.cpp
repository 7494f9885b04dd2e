#include "app/queries.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace efaxd::app {

namespace {

using serve::Question;

std::optional<int> number_in(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() && number >= 0 ? std::optional(number)
                                                                                   : std::nullopt;
}

std::optional<std::string> given(const Question& question, const std::string& name) {
    const auto found = question.query.find(name);
    if (found == question.query.end() || found->second.empty())
        return std::nullopt;
    return found->second;
}

} // namespace

bool is_fhir_id(std::string_view text) {
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
    return !text.empty() && text.size() <= 64 && text != "." && text != ".." &&
           text.find_first_not_of(allowed) == text.npos;
}

std::optional<FaxKey> fax_key_in(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == text.npos)
        return std::nullopt;
    const auto id = clean_fax_id(text.substr(colon + 1));
    if (!id)
        return std::nullopt;
    return FaxKey{std::string(text.substr(0, colon)), *id};
}

std::optional<TransmissionKey> transmission_key_in(std::string_view text) {
    const auto first = text.find(':');
    const auto last = text.rfind(':');
    if (first == text.npos || last == first)
        return std::nullopt;
    const auto recipient = number_in(text.substr(last + 1));
    const auto communication = text.substr(first + 1, last - first - 1);
    if (!recipient || !is_fhir_id(communication))
        return std::nullopt;
    return TransmissionKey{std::string(text.substr(0, first)), std::string(communication), *recipient};
}

std::size_t limit_of(const Question& question) {
    return static_cast<std::size_t>(
        std::clamp(number_in(question.query_or("limit", "100")).value_or(100), 1, 1000));
}

std::optional<LedgerQuery> fax_query_in(const Question& question) {
    LedgerQuery query;
    query.project = given(question, "project");
    query.mailbox = given(question, "mailbox");
    if (const auto stage = given(question, "stage")) {
        query.stage = stage_of(*stage);
        if (!query.stage)
            return std::nullopt;
    }
    if (const auto held = given(question, "held"))
        query.held = *held == "true";
    query.unsettled_only = question.query_or("unsettled", "") == "true";
    if (const auto after = given(question, "after_project"))
        query.after = FaxKey{*after, question.query_or("after_fax", "")};
    query.limit = limit_of(question);
    return query;
}

std::optional<OutboxQuery> outbox_query_in(const Question& question) {
    OutboxQuery query;
    query.project = given(question, "project");
    query.communication = given(question, "communication");
    if (const auto stage = given(question, "stage")) {
        query.stage = send_stage_of(*stage);
        if (!query.stage)
            return std::nullopt;
    }
    if (const auto held = given(question, "held"))
        query.held = *held == "true";
    query.open_only = question.query_or("open", "") == "true";
    if (const auto after = given(question, "after_project"))
        query.after = TransmissionKey{*after, question.query_or("after_communication", ""),
                                      number_in(question.query_or("after_recipient", "0")).value_or(0)};
    query.limit = limit_of(question);
    return query;
}

std::optional<serve::EventWish> event_wish_in(const Question& question) {
    constexpr std::array<std::string_view, 4> levels{"debug", "info", "warning", "error"};
    const auto level = std::find(levels.begin(), levels.end(), question.query_or("level", "info"));
    if (level == levels.end())
        return std::nullopt;
    return serve::EventWish{static_cast<log::Level>(level - levels.begin()), // in the order of the words
                            question.query_or("code", "")};
}

} // namespace efaxd::app
