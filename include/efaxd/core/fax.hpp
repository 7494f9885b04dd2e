// A received fax as a source lists it.
#pragma once

#include "efaxd/core/instant.hpp"

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace efaxd {

/// What a fax is known by, for ever: fax ids are unique within a project's App ID only.
struct FaxKey {
    std::string project;
    std::string fax_id; ///< lower case, see clean_fax_id

    auto operator<=>(const FaxKey&) const = default;
};

/// One received transmission, as listed. Only the id is sure to be there; everything else is a courtesy of
/// the source and may be missing. The numbers are PHI: never logged, and forgotten once the fax is delivered.
struct Fax {
    std::string id;                   ///< lower case; deduplicates
    std::string listed_id;            ///< as the source spelled it; asked for, and written to FHIR
    std::optional<Instant> completed; ///< when reception ended at the source
    std::string from_number;          ///< the caller's number as given, empty when unknown
    std::string to_number;            ///< the number called as given, empty when unknown
    int pages = 0;                    ///< 0: not said
    bool downloaded = false;          ///< somebody has read its image already
    bool stored = true;               ///< false: the source says it keeps no image (`NOT_STORED`)
    /// FHIR members that the fax's Communication already has, as a JSON object; empty for a source that is no
    /// FHIR server. The story adds to them and never changes them.
    std::string members;

    bool operator==(const Fax&) const = default;
};

/// The id in lower case if it has the form `[0-9A-Za-z-]{8,64}`, else nothing: such an id is never put in a
/// path. (eFax ids look like UUIDs, but old ones are not; efax-api 2.1.)
std::optional<std::string> clean_fax_id(std::string_view id);

} // namespace efaxd
