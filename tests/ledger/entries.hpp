// Entries for tests of the ledger.
#pragma once

#include "efaxd/core/entry.hpp"

#include <cstdio>
#include <string>

namespace efaxd::ledger {

inline constexpr Instant noon{std::chrono::sys_days{std::chrono::year{2026} / 10 / 3} +
                              std::chrono::hours{12}};

/// A different UUID for each number, spread as random ones are.
inline std::string uuid(std::uint64_t number) {
    std::uint64_t mixed = (number + 1) * 0x9E3779B97F4A7C15u;
    mixed ^= mixed >> 29;
    mixed *= 0xBF58476D1CE4E5B9u;
    mixed ^= mixed >> 32;
    char text[40];
    std::snprintf(text, sizeof text, "%08x-%04x-4%03x-8%03x-%012llx", static_cast<unsigned>(mixed >> 32),
                  static_cast<unsigned>(mixed >> 16 & 0xffff), static_cast<unsigned>(mixed & 0xfff),
                  static_cast<unsigned>(number >> 48 & 0xfff),
                  static_cast<unsigned long long>(number & 0xffffffffffffu));
    return text;
}

/// As a poll claims it: due at once.
inline Entry claimed(std::uint64_t number, const std::string& mailbox = "clinic:system") {
    Entry entry;
    entry.key = {mailbox.substr(0, mailbox.find(':')), uuid(number)};
    entry.mailbox = mailbox;
    entry.user_id = "user-of-" + mailbox;
    entry.fax.id = entry.key.fax_id;
    entry.fax.listed_id = entry.key.fax_id;
    entry.fax.completed = noon - std::chrono::minutes{5};
    entry.fax.from_number = "+1555" + std::to_string(1000000 + number);
    entry.fax.to_number = "+15559990000";
    entry.fax.pages = 3;
    entry.first_seen = noon;
    entry.due = noon;
    return entry;
}

/// As it is when all is done; numbers gone.
inline Entry settled(std::uint64_t number, const std::string& mailbox = "clinic:system") {
    Entry entry = claimed(number, mailbox);
    entry.stage = Stage::acknowledged;
    entry.due.reset();
    entry.delivered_at = noon + std::chrono::seconds{number % 1000};
    entry.document = {200'000 + number, std::string(), MediaType::pdf};
    for (int part = 0; part < 4; ++part)
        entry.document.sha256 += uuid(number + 7).substr(19, 4) + uuid(number * 3).substr(0, 8) + "beef";
    entry.binary_id = uuid(number + 1'000'000'000);
    entry.communication_id = uuid(number + 2'000'000'000);
    entry.fax.from_number.clear();
    entry.fax.to_number.clear();
    return entry;
}

} // namespace efaxd::ledger
