#include "app/project.hpp"

#include "app/wiring.hpp"
#include "crypto/crypto.hpp"

#include <algorithm>
#include <utility>

namespace efaxd::app {

namespace {

/// What is built into the FHIR side of `send`.
bool same_addresses(const config::Send& one, const config::Send& other) {
    return one.country == other.country && one.document_hosts == other.document_hosts;
}

bool same_efax(const config::Project& one, const config::Project& other) {
    return one.secrets == other.secrets && one.efax == other.efax && one.retry == other.retry;
}

bool same_fhir(const config::Project& one, const config::Project& other) {
    return one.fhir == other.fhir && one.retry == other.retry && same_addresses(one.send, other.send);
}

flow::DiscoverySettings discovery_settings(const config::Project& config) {
    flow::DiscoverySettings settings;
    settings.project = config.name;
    settings.organizations = config.mailboxes.organizations.discover;
    settings.practitioners = config.mailboxes.practitioners.discover;
    for (const auto* owners : {&config.mailboxes.organizations, &config.mailboxes.practitioners})
        settings.fixed.insert(settings.fixed.end(), owners->listed.begin(), owners->listed.end());
    return settings;
}

/// Owners that were discovered under another configuration are not wanted any more.
void keep_wanted(flow::Discovered& discovered, const flow::DiscoverySettings& settings) {
    std::erase_if(discovered.owners, [&](const OwnedUser& user) {
        if (user.owner.kind == OwnerKind::organization && settings.organizations)
            return false;
        if (user.owner.kind == OwnerKind::practitioner && settings.practitioners)
            return false;
        return std::ranges::none_of(settings.fixed, [&](const StaticOwner& fixed) {
            return fixed.owner == user.owner && fixed.user_id.empty();
        });
    });
}

std::string memory_key(const Mailbox& mailbox) { return mailbox.id + " " + mailbox.user_id; }

} // namespace

Sides Project::sides_of(const config::Project& config, const Ground& ground, const Project* former) {
    Sides sides;
    sides.system_user_id = read_user_id(config);
    sides.webhook_secret = read_webhook_secret(config);
    sides.efax = former && same_efax(config, former->config_)
                     ? former->sides_.efax
                     : make_efax(config, ground.converter, ground.clock);
    const bool keep_fhir =
        former && same_fhir(config, former->config_) && former->sides_.system_user_id == sides.system_user_id;
    sides.fhir = keep_fhir ? former->sides_.fhir : make_fhir(config, sides.system_user_id, ground.clock);
    return sides;
}

Project::Project(const config::Project& config, const Ground& ground, const Project* former)
    : Project(config, ground, sides_of(config, ground, former)) {}

Project::Project(config::Project config, const Ground& ground, Sides sides)
    : config_(std::move(config)), ground_(ground), sides_(std::move(sides)),
      discovery_(discovery_settings(config_)),
      poll_(*sides_.efax, ground.ledger, ground.clock, config_.receive.window),
      outgoing_(config_, ground, *sides_.efax, *sides_.fhir),
      discovered_(flow::recall(ground.ledger, config_.name)) {
    keep_wanted(discovered_, discovery_);
    mailboxes_ = std::make_shared<const MailboxList>(mailboxes_of(discovered_));
}

std::shared_ptr<const MailboxList> Project::mailboxes() const {
    const std::lock_guard lock(mutex_);
    return mailboxes_;
}

std::optional<Mailbox> Project::mailbox(const std::string& id) const {
    const auto list = mailboxes();
    const auto found = std::ranges::lower_bound(list->mailboxes, id, {}, &Mailbox::id); // ordered by id
    if (found == list->mailboxes.end() || found->id != id)
        return std::nullopt;
    return *found;
}

MailboxList Project::mailboxes_of(const flow::Discovered& discovered) const {
    MailboxPlan plan;
    plan.project = config_.name;
    plan.system_user_id = sides_.system_user_id;
    plan.system_recipient = config_.mailboxes.system_recipient;
    plan.poll = config_.mailboxes.poll;
    plan.fixed = discovery_.fixed;
    plan.found = discovered.owners;
    return make_mailboxes(plan);
}

flow::PollReport Project::poll_mailbox(const Mailbox& mailbox, std::stop_token stop) {
    flow::MailboxMemory memory;
    bool known = false;
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = memories_.find(memory_key(mailbox)); found != memories_.end()) {
            memory = found->second;
            known = true;
        }
    }
    if (!known)
        memory = poll_.recall(mailbox);
    const auto report = poll_.run(mailbox, memory, std::move(stop));
    const std::lock_guard lock(mutex_);
    memories_[memory_key(mailbox)] = std::move(memory);
    return report;
}

flow::DeliverySettings Project::delivery_settings() const {
    flow::DeliverySettings settings;
    settings.retry = config_.retry;
    settings.settle = config_.fhir.settle;
    settings.acknowledge = config_.receive.acknowledge;
    settings.delete_after = config_.receive.delete_after;
    return settings;
}

flow::Recipients Project::recipients(const Entry& entry) const {
    const auto& fallback = config_.mailboxes.system_recipient;
    if (const auto known = mailbox(entry.mailbox))
        return {known->recipient, fallback};
    // The mailbox is gone, but the fax came in while it was there: its id still names the owner.
    const auto first = entry.mailbox.find(':');
    const auto second = entry.mailbox.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos)
        return {fallback, fallback};
    const auto id = entry.mailbox.substr(second + 1, entry.mailbox.find(':', second + 1) - second - 1);
    return {entry.mailbox.substr(first + 1, second - first - 1) + "/" + id, fallback};
}

Entry Project::carry(const FaxKey& key, std::stop_token stop, flow::Delivery::OnFault on_fault) {
    auto entry = ground_.ledger.find(key);
    if (!entry || entry->settled() || entry->held)
        return entry.value_or(Entry{});
    // It may have been found due, then worked on, and only now be offered again: what rests must rest.
    if (*entry->due > ground_.clock.now())
        return *entry;
    flow::Delivery delivery(
        {*sides_.efax, *sides_.fhir, ground_.ledger, ground_.spool, ground_.clock}, delivery_settings(),
        [this](const Entry& carried) { return recipients(carried); },
        [this](const FaxKey& fax) {
            const auto message = fax.project + '\0' + fax.fax_id;
            return "fax-" + crypto::hmac_sha256_hex(ground_.installation_key, message).substr(0, 56);
        });
    delivery.on_fault(std::move(on_fault));
    return delivery.carry(std::move(*entry), std::move(stop));
}

void Project::accept_fewer() {
    const std::lock_guard lock(mutex_);
    accept_fewer_ = true;
}

flow::Discovered Project::ask_for_owners(std::stop_token stop) {
    flow::Discovered known;
    bool fewer = false;
    {
        const std::lock_guard lock(mutex_);
        known = discovered_;
        fewer = accept_fewer_;
    }
    return flow::discover(discovery_, known, fewer, *sides_.fhir, std::move(stop));
}

bool Project::discover(std::stop_token stop) {
    auto found = ask_for_owners(std::move(stop));
    auto mailboxes = std::make_shared<const MailboxList>(mailboxes_of(found));
    bool changed = false;
    {
        const std::lock_guard lock(mutex_);
        changed = found.owners != discovered_.owners;
    }
    if (changed)
        flow::remember(ground_.ledger, config_.name, found);
    const std::lock_guard lock(mutex_);
    accept_fewer_ = false;
    mailboxes_ = std::move(mailboxes);
    discovered_ = std::move(found);
    return std::exchange(discovered_.shrunk, false);
}

MailboxList Project::foresee_mailboxes(std::stop_token stop) {
    return mailboxes_of(ask_for_owners(std::move(stop)));
}

} // namespace efaxd::app
