// Numbers that were deleted leave no trace in the file.
#pragma once

#include "ledger/database.hpp"

namespace efaxd::ledger {

/// SQLite clears what is deleted, but moving rows from page to page leaves copies behind. The tables of
/// numbers are small: writing them anew clears all their former pages. While a flood is in transit they are
/// left alone until it has drained.
void scrub_numbers(Database& writer);

} // namespace efaxd::ledger
