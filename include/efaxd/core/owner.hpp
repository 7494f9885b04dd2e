// Whom a mailbox belongs to.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace efaxd {

enum class OwnerKind { system, organization, practitioner };

/// The FHIR type name (`Organization`, `Practitioner`), or `system`.
std::string_view name_of(OwnerKind kind);

/// Nothing if the text is none of the three names.
std::optional<OwnerKind> owner_kind(std::string_view name);

struct Owner {
    OwnerKind kind = OwnerKind::system;
    std::string id; ///< FHIR logical id; empty for the system

    /// `Organization/ID`, `Practitioner/ID`; empty for the system.
    std::string reference() const;

    auto operator<=>(const Owner&) const = default;
};

/// An owner together with one eFax user ID found on it (identifier system `https://efax.com`).
struct OwnedUser {
    Owner owner;
    std::string user_id;

    auto operator<=>(const OwnedUser&) const = default;
};

} // namespace efaxd
