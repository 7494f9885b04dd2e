// A daemon with everything to show: values that the golden files are made of.
#pragma once

#include "efaxd/core/transmission.hpp"
#include "serve/status.hpp"

namespace efaxd::serve {

/// 2026-10-03T14:00:00Z, and so many seconds later.
inline Instant at(int seconds) {
    return std::chrono::sys_days{std::chrono::year{2026} / 10 / 3} + std::chrono::hours{14} +
           std::chrono::seconds{seconds};
}

inline MailboxStatus read_mailbox(const std::string& id, Owner owner) {
    MailboxStatus mailbox;
    mailbox.id = id;
    mailbox.project = "clinic";
    mailbox.owner = std::move(owner);
    mailbox.recipient = mailbox.owner.reference();
    mailbox.masked_user_id = "…42";
    mailbox.last_poll = at(-30);
    mailbox.last_success = at(-30);
    mailbox.next_poll = at(30);
    mailbox.delivered = 7;
    return mailbox;
}

inline Status well_status() {
    Status status;
    status.version = "0.1.0";
    status.sqlite_version = "3.40.1";
    status.started = at(-3600);
    status.now = at(0);
    status.hands = 32;
    status.busy_hands = 1;
    status.free_disk_bytes = 12'000'000'000;
    ProjectStatus clinic;
    clinic.name = "clinic";
    clinic.efax = {"https://api.securedocex.com", true, 2, false, {}, Duration{-1500}, ""};
    clinic.fhir = {"https://fhir.example.org/fhir/R4", true, 1, false, {}, {}, ""};
    clinic.discovered = at(-600);
    clinic.stages = {{"acknowledged", 14}, {"stored", 1}};
    clinic.waiting = 1;
    clinic.oldest_undelivered = at(-90);
    clinic.sending.live = true;
    clinic.sending.stages = {{"submitted", 1}, {"reported", 5}};
    clinic.sending.waiting = 1;
    clinic.sending.completed = 5;
    status.projects = {clinic};
    status.mailboxes = {read_mailbox("clinic:system", {}),
                        read_mailbox("clinic:Organization:1", {OwnerKind::organization, "1"})};
    status.mailboxes.front().polling = true;
    status.mailboxes.front().recipient = "Organization/front-desk";
    return status;
}

/// The same daemon on a bad day.
inline Status ill_status() {
    Status status = well_status();
    ProjectStatus& clinic = status.projects.front();
    clinic.efax.rival = true;
    clinic.efax.reason = "efax.user_refused";
    clinic.fhir.signed_in = false;
    clinic.fhir.paused = std::chrono::seconds{40};
    clinic.fhir.reason = "fhir.unavailable";
    clinic.discovery_reason = "fhir.unavailable";
    clinic.held = 2;
    clinic.suspected_spares = 1;
    clinic.alarms = {"mailbox.stale", "mailbox.silent", "efax.rival", "send.set_aside"};
    clinic.alarm_resources = {{"send.set_aside", "Communication/c-9"}};
    clinic.sending.stages = {{"accepted", 1}, {"submitting", 1}, {"submitted", 1}, {"reported", 5}};
    clinic.sending.held = 2;
    clinic.sending.completed = 2;
    clinic.sending.failed = 2;
    clinic.sending.cancelled = 1;
    clinic.sending.untold = 1;
    clinic.sending.claimed_elsewhere = 2;
    clinic.sending.oldest_unsubmitted = at(-7200);
    MailboxStatus& system = status.mailboxes.front();
    system.polling = false;
    system.last_success = at(-1500);
    system.next_poll = at(600);
    system.failures = 9;
    system.reason = "efax.user_refused";
    system.stale = true;
    system.waiting = 1;
    system.held = 2;
    MailboxStatus never = read_mailbox("clinic:Practitioner:2", {OwnerKind::practitioner, "2"});
    never.last_success.reset();
    never.last_poll.reset();
    never.stale = true;
    MailboxStatus paused = read_mailbox("clinic:Practitioner:3", {OwnerKind::practitioner, "3"});
    paused.paused = true;
    paused.next_poll.reset();
    paused.last_success = at(-90000);
    status.mailboxes[1].silent = true;
    status.mailboxes[1].last_fax = at(-10 * 86400);
    status.usage = Usage{Duration{12340}, 25'000'000, 400'000'000, 40, 4096, 48};
    status.mailboxes.push_back(never);
    status.mailboxes.push_back(paused);
    return status;
}

inline Entry claimed_fax() {
    Entry entry;
    entry.key = {"clinic", "0f3c9a52-1111-4222-8333-444455556666"};
    entry.mailbox = "clinic:system";
    entry.user_id = "5550000042";
    entry.fax.id = entry.key.fax_id;
    entry.fax.from_number = "+15550001111";
    entry.fax.to_number = "+15550002222";
    entry.fax.members = R"({"note":[{"text":"private"}]})";
    entry.due = at(60);
    entry.first_seen = at(-90);
    return entry;
}

inline Entry held_fax() {
    Entry entry = claimed_fax();
    entry.key.fax_id = "1a3c9a52-1111-4222-8333-444455556666";
    entry.stage = Stage::attached;
    entry.held = true;
    entry.attempts = 3;
    entry.reason = "fhir.refused";
    entry.document = {48213, std::string(64, 'a'), MediaType::pdf};
    entry.binary_id = "b-1";
    entry.spares = 1;
    return entry;
}

inline Entry settled_fax() {
    Entry entry = held_fax();
    entry.key.fax_id = "2b3c9a52-1111-4222-8333-444455556666";
    entry.stage = Stage::acknowledged;
    entry.held = false;
    entry.due.reset();
    entry.attempts = 0;
    entry.reason.clear();
    entry.fax.completed = at(-300);
    entry.fax.pages = 3;
    entry.delivered_at = at(-80);
    entry.communication_id = "c-1";
    entry.spares = 0;
    return entry;
}

inline Transmission accepted_transmission() {
    Transmission one;
    one.key = {"clinic", "c-1", 0};
    one.due = at(60);
    one.accepted = at(-90);
    one.user_id = "5550000042";
    one.recipient = "Organization/1";
    one.number = "+15550003333";
    one.destination = std::string(64, 'd');
    return one;
}

/// Of a body that came without an id; how its POST ended is not known.
inline Transmission held_transmission() {
    Transmission one = accepted_transmission();
    one.key = {"clinic", '~' + std::string(64, 'b'), 0};
    one.stage = SendStage::submitting;
    one.due.reset();
    one.held = true;
    one.attempts = 2;
    one.reason = "send.unknown_outcome";
    one.begun = at(-60);
    one.documents = {{48213, std::string(64, 'a'), MediaType::pdf}, {100, "", MediaType::pdf}};
    return one;
}

inline Transmission failed_transmission() {
    Transmission one = accepted_transmission();
    one.key = {"clinic", "c-1", 1};
    one.stage = SendStage::reported;
    one.outcome = SendOutcome::failed;
    one.due.reset();
    one.reason = "send.failed";
    one.begun = at(-80);
    one.submitted = at(-79);
    one.settled = at(-20);
    one.number.clear();
    one.round = 2;
    one.documents = {{48213, std::string(64, 'a'), MediaType::pdf}};
    one.fax_id = "1a3c9a52-1111-4222-8333-444455556666";
    one.code = "E41";
    one.pages = 1;
    one.tries = 3;
    return one;
}

} // namespace efaxd::serve
