#include "efaxd/core/mailbox.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace efaxd {

namespace {

/// One owner's claim on a user ID.
struct Claim {
    Owner owner;
    std::string id; ///< of the mailbox it would be
    Duration poll;
};

bool usable(std::string_view user_id) {
    constexpr std::size_t most = 256;
    return !user_id.empty() && user_id.size() <= most &&
           std::all_of(user_id.begin(), user_id.end(), [](char c) { return c > ' ' && c <= '~'; });
}

class Maker {
  public:
    explicit Maker(const MailboxPlan& plan) : plan_(plan) {}

    MailboxList make() {
        if (!plan_.system_user_id.empty())
            claim({}, plan_.system_user_id);
        for (const StaticOwner& fixed : plan_.fixed) {
            if (fixed.poll)
                polls_[fixed.owner] = *fixed.poll;
            if (!fixed.user_id.empty())
                claim(fixed.owner, fixed.user_id);
        }
        for (const OwnedUser& found : plan_.found)
            claim(found.owner, found.user_id);

        for (const auto& [user_id, claims] : claims_)
            settle(user_id, claims);
        std::sort(list_.mailboxes.begin(), list_.mailboxes.end(),
                  [](const Mailbox& one, const Mailbox& other) { return one.id < other.id; });
        return std::move(list_);
    }

  private:
    void claim(const Owner& owner, const std::string& user_id) {
        if (!usable(user_id)) {
            if (unusable_.insert(owner).second)
                list_.oddities.push_back({.reason = "mailbox.bad_user_id", .owners = {owner}});
            return;
        }
        if (!seen_.insert({owner, user_id}).second)
            return;
        std::string id = plan_.project + ':' + std::string(name_of(owner.kind));
        if (owner.kind != OwnerKind::system)
            id += ':' + owner.id;
        if (const int count = ++user_ids_[owner]; count > 1)
            id += ':' + std::to_string(count);
        const auto own = polls_.find(owner);
        const Duration poll = own == polls_.end() ? plan_.poll : own->second;
        claims_[user_id].push_back({.owner = owner, .id = std::move(id), .poll = poll});
    }

    /// Makes the one mailbox of a user ID. It keeps its name whoever joins later: the system's if it is the
    /// shared number, else that of the first owner in order.
    void settle(const std::string& user_id, std::vector<Claim> claims) {
        std::sort(claims.begin(), claims.end(),
                  [](const Claim& one, const Claim& other) { return one.owner < other.owner; });
        std::vector<Owner> owners;
        for (const Claim& claim : claims)
            if (claim.owner.kind != OwnerKind::system)
                owners.push_back(claim.owner);

        Mailbox mailbox{
            .id = claims.front().id,
            .project = plan_.project,
            .user_id = user_id,
            .owner = claims.front().owner,
            .recipient = owners.size() == 1 ? owners.front().reference() : plan_.system_recipient,
            .poll = claims.front().poll,
        };
        for (const Claim& claim : claims)
            mailbox.poll = std::min(mailbox.poll, claim.poll);
        list_.mailboxes.push_back(std::move(mailbox));
        if (owners.size() > 1)
            list_.oddities.push_back({.reason = "mailbox.shared_user_id", .owners = std::move(owners)});
    }

    const MailboxPlan& plan_;
    MailboxList list_;
    std::map<Owner, Duration> polls_;
    std::map<Owner, int> user_ids_;
    std::map<std::string, std::vector<Claim>> claims_;
    std::set<OwnedUser> seen_;
    std::set<Owner> unusable_;
};

} // namespace

std::string masked_user_id(std::string_view user_id) {
    constexpr std::size_t shown = 2;
    if (user_id.size() <= shown)
        return "…"; // all of it would show
    return "…" + std::string(user_id.substr(user_id.size() - shown));
}

MailboxList make_mailboxes(const MailboxPlan& plan) { return Maker(plan).make(); }

} // namespace efaxd
