// The FHIR Communication of an inbound fax, before it is JSON.
#pragma once

#include "efaxd/core/entry.hpp"
#include "efaxd/core/instant.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace efaxd {

inline constexpr std::string_view efax_system = "https://efax.com";
inline constexpr std::string_view direction_system = "http://medplum.com/fhir/CodeSystem/fax-direction";
inline constexpr std::string_view medium_system =
    "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode";
inline constexpr std::string_view from_number_extension = "https://efax.com/originating-fax-number";

/// What the Communication says of a fax. Empty members are not written.
struct InboundCommunication {
    std::string fax_id;    ///< as the source spells it: identifier value and document title
    std::string recipient; ///< reference
    std::string from_number;
    Instant sent{};     ///< when the source received it; staff see and sort by this
    std::string binary; ///< Binary id
    Document document;
    std::string members; ///< see Fax::members

    bool operator==(const InboundCommunication&) const = default;
};

/// Composes the Communication of an entry that has reached `attached`. A fax without a completion time is
/// dated by its first sight.
InboundCommunication compose(const Entry& entry, std::string_view recipient);

} // namespace efaxd
