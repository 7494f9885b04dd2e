// Timestamps as eFax writes them and as FHIR wants them.
#pragma once

#include "efaxd/core/instant.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace efaxd {

struct Timestamp {
    Instant instant;
    bool zone_missing = false; ///< no zone was given and UTC was assumed
};

/// Reads `YYYY-MM-DDThh:mm:ss`, optionally `.` and 1 to 9 digits (cut to milliseconds), then `Z`, `±hh:mm`,
/// `±hhmm`, `±hh` or nothing. All these were seen at eFax or at copies of its API. A leap second reads as the
/// second after it. Returns nothing for anything else, dates that do not exist included. Never throws.
std::optional<Timestamp> read_timestamp(std::string_view text);

/// `YYYY-MM-DDThh:mm:ssZ`, the only form in which we write a FHIR dateTime.
std::string fhir_timestamp(Instant instant);

/// `YYYY-MM-DDThh:mm:ss.mmmZ`, the form in which eFax is asked.
std::string precise_timestamp(Instant instant);

} // namespace efaxd
