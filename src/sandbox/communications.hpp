// What the oracles read in Communications.
#pragma once

#include "sandbox/fhir_store.hpp"
#include "json/value.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::sandbox {

/// Does one of the CodeableConcepts have that coding?
bool has_coding(json::Value concepts, std::string_view system, std::string_view code);

bool is_outbound(json::Value communication);

/// The values of all its identifiers of the eFax system.
std::vector<std::string> fax_ids_of(json::Value communication);

/// The id in `Binary/id`, with or without something before it; else empty.
std::string binary_id(std::string_view url);

/// The digits of the fax numbers that its recipients have (`telecom` and `contact.telecom`).
std::set<std::string> numbers_of(const FhirStore& fhir, json::Value communication);

/// The Binaries of its payload, in order; nothing if one of the documents is no Binary of this server.
std::optional<std::vector<Resource>> contents_of(const FhirStore& fhir, json::Value communication);

} // namespace efaxd::sandbox
