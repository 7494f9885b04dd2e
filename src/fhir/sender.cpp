#include "fhir/sender.hpp"

#include "efaxd/core/refusal.hpp"
#include "fhir/owner_users.hpp"
#include "fhir/person.hpp"
#include "fhir/plain_text.hpp"

namespace efaxd::fhir {

namespace {

std::string first_user(json::Value resource, Instant now) {
    const auto kind = owner_kind(resource["resourceType"].text_or(""));
    if (!kind || *kind == OwnerKind::system)
        return {};
    const auto users = users_on(resource, *kind, now);
    return users.empty() ? std::string() : users.front().user_id;
}

/// A role speaks for its practitioner, then for its organization.
Sender role(const Found& role, Referred& referred, Instant now) {
    const auto resource = *role;
    Sender sender;
    if (!resource["active"].boolean().value_or(true))
        return sender;
    for (const auto* member : {"practitioner", "organization"}) {
        if (!sender.user_id.empty())
            break;
        const auto found = referred.at(referred.target(resource[member]), role);
        if (!found)
            continue;
        sender.user_id = first_user(**found, now);
        if (sender.name.empty())
            sender.name = name_on(**found);
    }
    return sender;
}

} // namespace

Sender sender_of(json::Value communication, Referred& referred, const std::string& otherwise, Instant now) {
    const auto reference = communication["sender"];
    Sender sender;
    const auto target = referred.target(reference);
    if (const auto found = referred.at(target)) {
        if (found->type() == "PractitionerRole")
            sender = role(*found, referred, now);
        else
            sender = {first_user(**found, now), name_on(**found)};
    }
    if (target.kind == Target::Kind::contained) // whoever made the Communication made it up
        sender.user_id.clear();
    if (sender.name.empty())
        sender.name = one_line(reference["display"].text_or(""));
    if (sender.user_id.empty())
        sender.user_id = otherwise;
    if (sender.user_id.empty())
        throw Refusal(422, "business-rule", "Communication.sender", "send.no_sender",
                      "The sender has no eFax user ID; ask an administrator to add it to the sender as an "
                      "identifier of the system https://efax.com");
    return sender;
}

} // namespace efaxd::fhir
