#include "config/mailboxes.hpp"

#include <array>
#include <map>

namespace efaxd::config {

namespace {

constexpr Range poll_range{.least = std::chrono::milliseconds{100}};

/// Sees every owner of the file once, to find what only shows when two are compared.
class Census {
  public:
    explicit Census(Report& report) : report_(report) {}

    void meet(const StaticOwner& owner, const Section& box) {
        check_owner(owner, box.peek("id")->place, box.path_of("id"));
        if (!owner.user_id.empty())
            check_user(owner, box.peek("user_id")->place, box.path_of("user_id"));
    }

  private:
    struct Seen {
        int line = 0;
        bool without_user = false;
    };

    void check_owner(const StaticOwner& owner, Place place, const std::string& path) {
        const auto [found, fresh] = owners_.try_emplace(owner.owner, Seen{place.line, owner.user_id.empty()});
        if (!fresh && (found->second.without_user || owner.user_id.empty()))
            report_.add(place, path,
                        "listed already on line " + std::to_string(found->second.line) +
                            ": an owner with several user IDs needs user_id in each of its items");
    }

    void check_user(const StaticOwner& owner, Place place, const std::string& path) {
        const auto [found, fresh] = users_.try_emplace(owner.user_id, place.line);
        if (!fresh)
            report_.add(place, path,
                        "the same user ID as on line " + std::to_string(found->second) +
                            ": a user ID is listed once, for one owner");
    }

    Report& report_;
    std::map<Owner, Seen> owners_;
    std::map<std::string, int> users_;
};

void read_listed(const std::vector<Node>& items, const std::string& path, OwnerKind kind, Owners& owners,
                 Census& census, Report& report) {
    for (std::size_t at = 0; at < items.size(); ++at) {
        Section box(items[at], path + "[" + std::to_string(at) + "]", report);
        StaticOwner owner;
        owner.owner = {kind, box.text("id", form::fhir_id, Need::required)};
        owner.user_id = box.text("user_id", form::user_id, Need::optional);
        if (box.has("poll"))
            owner.poll = box.duration("poll", poll_range, {});
        const bool bad_user = owner.user_id.empty() && box.has("user_id");
        box.finish();
        if (!owner.owner.id.empty() && !bad_user)
            census.meet(owner, box);
        owners.listed.push_back(std::move(owner));
    }
}

void read_owners(Section& box, std::string_view key, OwnerKind kind, Owners& owners, Census& census) {
    const Node* node = box.find(key);
    if (!node)
        return box.note(key, "discover", nullptr);
    const bool word = node->kind == Node::Kind::scalar;
    owners.discover = word && node->value == "discover";
    if (word && (owners.discover || node->value == "none"))
        box.note(key, node->value, node);
    if (node->kind == Node::Kind::sequence)
        read_listed(node->items, box.path_of(key), kind, owners, census, box.report());
    else if (!owners.discover && !(word && node->value == "none"))
        box.wrong(
            *node, key,
            "expected discover, none or a list of owners, such as [{id: north, user_id: \"15550100\"}]");
}

} // namespace

void read_mailboxes(Section box, Mailboxes& mailboxes) {
    mailboxes.poll = box.duration("poll", poll_range, mailboxes.poll);
    if (auto system = box.section("system")) {
        mailboxes.system_recipient = system->text("recipient", form::recipient, Need::optional);
        system->finish();
    }
    Census census(box.report());
    read_owners(box, "organizations", OwnerKind::organization, mailboxes.organizations, census);
    read_owners(box, "practitioners", OwnerKind::practitioner, mailboxes.practitioners, census);
    mailboxes.discover_every =
        box.duration("discover_every", {.least = std::chrono::seconds{1}}, mailboxes.discover_every);
    box.finish();
}

} // namespace efaxd::config
