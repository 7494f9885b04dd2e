// Transmissions for tests of the outbox.
#pragma once

#include "efaxd/core/transmission.hpp"
#include "entries.hpp"

#include <cstdio>
#include <string>
#include <vector>

namespace efaxd::ledger {

/// A different number for each, easy to find in a file.
inline std::string outbound_number(std::uint64_t number) {
    return "+1777" + std::to_string(1000000 + number);
}

/// As a Communication is accepted: due at once.
inline Transmission accepted(const std::string& communication, int recipient = 0,
                             const std::string& project = "clinic") {
    Transmission row;
    row.key = {project, communication, recipient};
    row.due = noon;
    row.accepted = noon;
    row.user_id = "user-1";
    row.recipient = "Organization/" + std::to_string(recipient);
    row.number = outbound_number(static_cast<std::uint64_t>(recipient));
    row.destination = std::string(64, 'd');
    return row;
}

inline Transmission prepared(const std::string& communication, int recipient = 0,
                             const std::string& project = "clinic") {
    Transmission row = accepted(communication, recipient, project);
    row.stage = SendStage::prepared;
    row.documents = {{1234, std::string(64, 'a'), MediaType::pdf}};
    return row;
}

/// As it is given to `begin`.
inline Transmission submitting(Transmission row, Instant now = noon) {
    row.stage = SendStage::submitting;
    row.begun = now;
    return row;
}

inline Transmission submitted(Transmission row) {
    row = submitting(std::move(row));
    row.stage = SendStage::submitted;
    row.submitted = noon;
    row.fax_id = uuid(static_cast<std::uint64_t>(row.key.recipient) + 77);
    return row;
}

inline Transmission settled(Transmission row, SendOutcome outcome = SendOutcome::completed) {
    row = submitted(std::move(row));
    row.stage = SendStage::settled;
    row.settled = noon;
    row.outcome = outcome;
    return row;
}

/// As it is when all is done; number gone.
inline Transmission reported(Transmission row) {
    row = settled(std::move(row));
    row.stage = SendStage::reported;
    row.due.reset();
    row.told = true;
    row.number.clear();
    return row;
}

/// With no member as it is by default.
inline Transmission full_transmission() {
    Transmission row = settled(prepared("c-1", 3), SendOutcome::failed);
    row.held = true;
    row.attempts = 7;
    row.reason = "send.unknown";
    row.begun = noon + std::chrono::milliseconds{1};
    row.submitted = noon + std::chrono::milliseconds{2};
    row.settled = noon + std::chrono::milliseconds{3};
    row.due = noon + std::chrono::milliseconds{4};
    row.round = 5;
    row.documents = {{123'456'789'012, std::string(64, 'b'), MediaType::pdf},
                     {0, std::string(), MediaType::unknown},
                     {1, std::string(64, '0'), MediaType::png}};
    row.fax_id = "FAX-Id-1";
    row.status = "retrying";
    row.code = "E41";
    row.pages = 3;
    row.tries = 4;
    row.told = true;
    row.cancel = true;
    return row;
}

} // namespace efaxd::ledger
