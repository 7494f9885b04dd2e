// Copies of a whole ledger: for a backup, and from one.
#pragma once

#include <filesystem>

namespace efaxd::ledger {

/// Whose ledger is copied.
enum class CopyOf {
    our_own, ///< a writer of this process has it open; it goes on meanwhile
    nobodys, ///< a file that nobody uses, such as a backup
};

/// Copies `from` as it stands at one moment into the new file `to`, synced and readable for its owner only,
/// and looks through all of the copy. Throws GroundFault if the copy is no sound ledger of this version or an
/// older one, or `to` is there already; Fault `ledger.full` (passing) if there is no room. Then `to` is
/// removed.
void copy_ledger(const std::filesystem::path& from, const std::filesystem::path& to, CopyOf whose);

} // namespace efaxd::ledger
