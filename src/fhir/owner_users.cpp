#include "fhir/owner_users.hpp"

#include "efaxd/core/communication.hpp"
#include "efaxd/core/timestamp.hpp"
#include "fhir/resource.hpp"

#include <algorithm>
#include <string>

namespace efaxd::fhir {

namespace {

// A date without a time ends with its last day, here or anywhere on earth.
constexpr Duration any_zone = std::chrono::hours{36};

std::optional<Instant> end_of(std::string_view text) {
    if (const auto stamp = read_timestamp(text))
        return stamp->instant;
    std::string day(text);
    if (day.size() == 4)
        day += "-12-31";
    else if (day.size() == 7)
        day += "-28"; // every month has one; the few days more are given below
    const auto stamp = read_timestamp(day + "T00:00:00Z");
    if (!stamp)
        return {};
    return stamp->instant + any_zone + (text.size() == 7 ? Duration(std::chrono::hours{72}) : Duration{});
}

bool is_current(json::Value identifier, Instant now) {
    if (identifier["use"].text_or("") == "old")
        return false;
    const auto end = end_of(identifier["period"]["end"].text_or(""));
    return !end || *end >= now;
}

} // namespace

std::vector<OwnedUser> users_on(json::Value resource, OwnerKind kind, Instant now) {
    std::vector<OwnedUser> users;
    const auto id = resource["id"].text_or("");
    if (!is_id(id) || !resource["active"].boolean().value_or(true))
        return users;
    const auto identifiers = resource["identifier"];
    for (std::size_t i = 0; i < identifiers.size(); ++i) {
        const auto identifier = identifiers.at(i);
        const auto value = identifier["value"].text_or("");
        if (value.empty() || identifier["system"].text_or("") != efax_system || !is_current(identifier, now))
            continue;
        OwnedUser user{{kind, std::string(id)}, std::string(value)};
        if (std::find(users.begin(), users.end(), user) == users.end())
            users.push_back(std::move(user));
    }
    return users;
}

} // namespace efaxd::fhir
