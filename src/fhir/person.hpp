// Names and fax numbers of people, organizations and devices.
#pragma once

#include "efaxd/core/instant.hpp"
#include "json/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace efaxd::fhir {

/// The name as it may stand on a cover page; empty if there is none, or only the placeholder that apps write.
std::string name_on(json::Value resource);

/// What a resource's current fax entries say.
struct FaxEntry {
    std::optional<std::string> number; ///< E.164; nothing if the entry is there and cannot be used
};

/// The entry that counts: the best of the resource's own (lowest rank, then order), else of an Organization's
/// contacts. Old ones and those without a value do not count. Another entry never stands in for one that
/// cannot be read: nobody meant it to. Nothing if there is no entry at all.
std::optional<FaxEntry> fax_entry(json::Value resource, std::string_view country, Instant now);

} // namespace efaxd::fhir
