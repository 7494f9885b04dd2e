// Reading a secret at the moment it is needed.
#pragma once

#include "fhir/server.hpp"

#include <string>

namespace efaxd::fhir {

/// The secret without the line end that files have. Throws a passing Fault `fhir.secret_unreadable` if it
/// cannot be read or is empty.
std::string read_secret(const ReadSecret& read);

} // namespace efaxd::fhir
