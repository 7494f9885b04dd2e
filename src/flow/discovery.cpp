#include "flow/discovery.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>

namespace efaxd::flow {

namespace {

std::vector<OwnedUser> of_kind(const Discovered& known, OwnerKind kind) {
    std::vector<OwnedUser> kept;
    std::ranges::copy_if(known.owners, std::back_inserter(kept),
                         [&](const OwnedUser& user) { return user.owner.kind == kind; });
    return kept;
}

bool suspicious(std::size_t found, std::size_t known) { return known > 0 && found * 2 < known; }

void append(std::vector<OwnedUser>& all, std::vector<OwnedUser> some) {
    all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
}

std::string memory_name(const std::string& project) { return "owners " + project; }

} // namespace

bool DiscoverySettings::anything() const {
    return organizations || practitioners ||
           std::ranges::any_of(fixed, [](const StaticOwner& owner) { return owner.user_id.empty(); });
}

Discovered discover(const DiscoverySettings& settings, const Discovered& known, bool accept_fewer,
                    FhirServer& fhir, std::stop_token stop) {
    Discovered now;
    const auto search = [&](OwnerKind kind) {
        auto found = fhir.owners(kind, stop);
        auto before = of_kind(known, kind);
        if (!accept_fewer && suspicious(found.size(), before.size())) {
            now.shrunk = true;
            append(now.owners, std::move(before));
        }
        append(now.owners, std::move(found));
    };
    if (settings.organizations)
        search(OwnerKind::organization);
    if (settings.practitioners)
        search(OwnerKind::practitioner);
    const auto read = [&](const Owner& owner) {
        auto found = fhir.users_of(owner, stop);
        Discovered before;
        std::ranges::copy_if(known.owners, std::back_inserter(before.owners),
                             [&](const OwnedUser& user) { return user.owner == owner; });
        if (!accept_fewer && suspicious(found.size(), before.owners.size())) {
            now.shrunk = true;
            append(now.owners, std::move(before.owners));
        }
        append(now.owners, std::move(found));
    };
    for (const StaticOwner& fixed : settings.fixed)
        if (fixed.user_id.empty())
            read(fixed.owner);

    std::ranges::sort(now.owners);
    now.owners.erase(std::unique(now.owners.begin(), now.owners.end()), now.owners.end());
    return now;
}

void remember(Ledger& ledger, const std::string& project, const Discovered& discovered) {
    std::ostringstream text; // a user ID has no spaces: make_mailboxes refuses those that do
    for (const OwnedUser& user : discovered.owners)
        if (user.user_id.find_first_of(" \t\r\n") == std::string::npos)
            text << name_of(user.owner.kind) << ' ' << user.owner.id << ' ' << user.user_id << '\n';
    ledger.remember(memory_name(project), text.str());
}

Discovered recall(Ledger& ledger, const std::string& project) {
    Discovered discovered;
    std::istringstream text(ledger.recall(memory_name(project)).value_or(""));
    std::string kind;
    OwnedUser user;
    while (text >> kind >> user.owner.id >> user.user_id) {
        if (const auto known = owner_kind(kind)) {
            user.owner.kind = *known;
            discovered.owners.push_back(user);
        }
    }
    return discovered;
}

} // namespace efaxd::flow
