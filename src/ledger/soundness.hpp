// Does a ledger file contradict itself? Bytes that a disk altered would else be met only when they are used,
// maybe too late.
#pragma once

#include "ledger/database.hpp"

#include <filesystem>

namespace efaxd::ledger {

/// Throws GroundFault if hardly anything is left of the file: SQLite takes what is shorter than its header
/// for an empty one.
void refuse_stump(const std::filesystem::path& file);

// What follows looks through files up to 32 MiB, some 100,000 faxes, in less than a quarter of a second;
// larger ones would hold up the start and are not looked through.

/// Throws GroundFault if pages, indexes and values do not fit together.
void check_pages(Database& database);
/// Throws GroundFault if the rows are not those that were counted when they were written: a stage altered by
/// itself, above all, could make a fax be sent again. For tables of today.
void check_counts(Database& database);

} // namespace efaxd::ledger
