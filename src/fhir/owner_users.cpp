#include "fhir/owner_users.hpp"

#include "efaxd/core/communication.hpp"
#include "fhir/period.hpp"
#include "fhir/resource.hpp"

#include <algorithm>
#include <string>

namespace efaxd::fhir {

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
