#include "app/outgoing.hpp"

#include "app/restore.hpp"
#include "crypto/crypto.hpp"
#include "flow/confirmation.hpp"

namespace efaxd::app {

namespace {

/// A ledger that was put back from a copy claims under another name than before: of what was claimed since
/// the copy was made it knows nothing.
std::string claim_of(const Ground& ground, const std::string& life) {
    return crypto::hmac_sha256_hex(ground.installation_key, "claim" + life).substr(0, 32);
}

flow::SendingSettings settings_of(const config::Project& config, const Ground& ground) {
    flow::SendingSettings settings;
    const config::Send& send = config.send;
    settings.live = send.live;
    settings.retry = config.retry;
    settings.settle = config.fhir.settle;
    settings.look = send.look;
    settings.deadline = send.deadline;
    settings.follow = send.follow;
    settings.give_up = send.give_up;
    settings.retries = send.retries;
    settings.retry_after = send.retry_after;
    settings.limits = {send.at_once, send.per_hour};
    settings.cover_page = send.cover_page;
    const std::string life = ground.ledger.recall(restored_life).value_or(std::string());
    settings.installation = claim_of(ground, life);
    settings.restored = !life.empty();
    return settings;
}

} // namespace

Outgoing::Outgoing(const config::Project& config, const Ground& ground, FaxSender& sender, OutboundFhir& fhir)
    : project_(config.name), ground_(ground), sender_(sender), fhir_(fhir),
      settings_(settings_of(config, ground)) {}

flow::Sending Outgoing::sending() {
    return {{sender_, fhir_, ground_.outbox, ground_.spool, ground_.converter, ground_.clock},
            settings_,
            [key = ground_.installation_key](std::string_view text) {
                return crypto::hmac_sha256_hex(key, text);
            }};
}

std::vector<Transmission> Outgoing::accept(std::string_view body, const May& may, std::stop_token stop) {
    const auto communication = fhir_.read_body(body, stop);
    may(communication);
    if (communication.filed())
        return sending().accept(project_, communication, std::move(stop));
    const std::lock_guard lock(filing_);
    return sending().accept(project_, communication, std::move(stop));
}

std::vector<Transmission> Outgoing::carry(const OutboundKey& key, bool eager, std::stop_token stop,
                                          flow::Sending::OnFault on_fault) {
    auto story = sending();
    story.on_fault(std::move(on_fault));
    return story.carry(key, std::move(stop), eager);
}

flow::PickedUp Outgoing::pick_up(std::stop_token stop) {
    auto story = sending();
    return flow::pick_up({project_, settings_.installation, settings_.retry, settings_.deadline}, fhir_,
                         ground_.outbox, story, ground_.clock, pick_up_memory_, std::move(stop));
}

flow::Decision Outgoing::ask_about(const Transmission& row, const std::string& fax_id, std::stop_token stop) {
    return flow::ask_about(sender_, row, fax_id, std::move(stop));
}

} // namespace efaxd::app
