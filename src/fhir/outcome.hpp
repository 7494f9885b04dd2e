// What an error's body says, without its words.
#pragma once

#include "efaxd/core/instant.hpp"

#include <optional>
#include <string_view>

namespace efaxd::fhir {

/// Texts of an OperationOutcome may quote the fax; nothing of them leaves this value.
struct Outcome {
    std::string_view code;          ///< the worst issue's code if it is one of FHIR's own, else empty
    bool unread = false;            ///< the server could not parse what we sent
    std::optional<Duration> resets; ///< Medplum's own extension: when its rate limit ends
};

/// Any body will do: a proxy's page or nothing at all gives an empty outcome.
Outcome read_outcome(std::string_view body);

} // namespace efaxd::fhir
