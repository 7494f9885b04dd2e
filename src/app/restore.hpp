// Putting a backup of the ledger back, so that nothing is sent twice.
#pragma once

#include "config/config.hpp"
#include "system/state_dir.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace efaxd::app {

/// Name of what a ledger remembers since it was put back from a copy.
inline constexpr auto restored_life = "restored life";

struct Restored {
    std::int64_t faxes = 0;         ///< of the restored ledger
    std::int64_t transmissions = 0; ///< likewise
    std::int64_t to_look_up = 0;    ///< transmissions that may have gone out since the backup was made
    std::string put_aside; ///< name of the former ledger in the state directory; empty: there was none

    std::string text() const;
};

/// Looks through the backup, then puts it in the place of the ledger; the former one stays beside it under
/// another name. Whatever had not been submitted when the backup was made may have been since: it counts as
/// of unknown outcome, is looked for at eFax, and held for a person if it is not found. Received faxes need
/// no such care, they are looked up before they are created.
///
/// Throws system::StateDirInUse beside a running daemon, and GroundFault or Fault `ledger.full` if the backup
/// is no sound ledger, is of a newer version, has none of the configured projects, or cannot be put in place.
/// Then the former ledger stands, but for a failure in the last step, after which a repetition helps.
Restored restore_ledger(const config::Config& config, const std::filesystem::path& backup,
                        system::InMemory in_memory = system::InMemory::refused);

} // namespace efaxd::app
