// Is the ledger in the state directory the one that was last used there, or was it lost or put back from a
// copy?
#pragma once

#include "efaxd/ports/ledger.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace efaxd::app {

/// A ledger counts its lives: each opening and each orderly end. A small file beside it, `ledger.mark`, keeps
/// its name and the last count; the ledger is always counted first. So a ledger that is behind its mark is an
/// older copy. A fax that was sent since the copy was made would be sent again, therefore such a ledger is
/// refused. A copy that was made in the life in which the daemon was killed cannot be told.
class LedgerMark {
  public:
    /// To be made before the ledger is opened, which would make a new one. Throws GroundFault if there is a
    /// mark and no ledger.
    explicit LedgerMark(const std::filesystem::path& state_dir);

    /// Compares and counts. Throws GroundFault for an older or another ledger. On a full disk nothing is
    /// counted: the mark may be behind, never ahead.
    void count(Ledger& ledger);

  private:
    struct Mark {
        std::string name;
        std::int64_t lives = 0;
    };

    Mark name_and_lives(Ledger& ledger) const;

    std::filesystem::path file_;
    std::filesystem::path ledger_file_;
    Mark mark_; ///< no name: there is none yet
};

} // namespace efaxd::app
