// A disk under SQLite that fails when told to.
#pragma once

#include <string>

namespace efaxd::ledger {

/// While it lives, every database that is opened lies on it: it is SQLite's default VFS, and passes
/// everything on to the real one.
class FaultyDisk {
  public:
    enum class Call { read, write, sync, truncate };

    FaultyDisk();
    ~FaultyDisk();
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;

    /// The nth call of that kind, on files whose name ends so, answers the SQLite code; once, or from then
    /// on.
    void fail(Call call, int nth, int code, bool for_good = false, const std::string& name_end = {});
    void heal();
    bool fired() const;
    /// How many syncs were asked for so far.
    int syncs() const;
};

} // namespace efaxd::ledger
