// The ledger's tables, and how an older file becomes one of today.
#pragma once

#include "ledger/database.hpp"

namespace efaxd::ledger {

/// Version of the tables that this program writes.
int schema_version();

/// Makes a new or older file one of today, one transaction for each version. Throws GroundFault for a newer
/// file, for one that another application made and for one of no version; such a file is left as it is.
void migrate(Database& writer);

/// Throws GroundFault unless the file is a ledger of this version or an older one. Changes nothing.
void check_origin_and_version(Database& reader);

/// For reading only: true if the file has today's tables, false if it is new and empty. Throws GroundFault
/// for every other file.
bool readable(Database& reader);

} // namespace efaxd::ledger
