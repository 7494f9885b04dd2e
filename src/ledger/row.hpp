// How an entry is laid into the table `fax`, and read back.
#pragma once

#include "efaxd/core/entry.hpp"
#include "ledger/database.hpp"

#include <string>
#include <string_view>

namespace efaxd::ledger {

/// The beginning of every statement that reads entries with `read_entry`; tables `fax f`, `mailbox m` and
/// `numbers n`. The part behind it may say which index `f` is read by.
std::string select_entries(std::string_view from_fax);

Entry read_entry(const Query& row);

/// Binds the columns `mailbox` … `spares` of the table, in its order, behind what is bound already.
void bind_facts(Query& query, const Entry& entry, std::int64_t mailbox_ref);

/// Writes, changes or removes the numbers and members of an entry; none stay from `delivered` on.
void write_numbers(Database& writer, const Entry& entry);

} // namespace efaxd::ledger
