// How values of ours are laid into columns, and read back.
#pragma once

#include "efaxd/core/fault.hpp"
#include "efaxd/core/instant.hpp"
#include "ledger/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace efaxd::ledger {

/// Milliseconds since 1970 UTC.
std::int64_t milliseconds(Instant moment);
std::optional<std::int64_t> milliseconds(const std::optional<Instant>& moment);
/// Throws GroundFault for one outside the years 1 to 9999, which could not be told or reckoned with: the file
/// may have been tampered with.
Instant instant(std::int64_t milliseconds);
std::optional<Instant> read_moment(const Query& row, int column);

/// SHA-256 digests in lower-case hex and lower-case UUIDs take half the room as bytes: 32 and 16 of them.
/// Nothing if the text is neither.
std::string packed(std::string_view text);
std::string unpacked(std::string_view bytes);

/// The text, packed where it can be.
void bind_packed(Query& query, std::string_view text);
std::string read_packed(const Query& row, int column);

/// A stored number as one of an enumeration; the file may have been tampered with.
template <class Enum>
Enum enum_of(std::int64_t number, Enum last) {
    if (number < 0 || number > static_cast<std::int64_t>(last))
        throw GroundFault("the ledger holds a value that has no meaning");
    return static_cast<Enum>(number);
}

} // namespace efaxd::ledger
