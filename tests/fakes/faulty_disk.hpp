// A disk under SQLite that fails when told to, and tells what is done to it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace efaxd::fakes {

/// Hears of every change to the files of a database, before it is carried out. Called on whichever thread
/// makes the change; a `file` is a whole path.
class DiskDiary {
  public:
    virtual ~DiskDiary() = default;

    virtual void opening(const std::string& file) = 0;
    virtual void writing(const std::string& file, std::uint64_t at, std::string_view bytes) = 0;
    virtual void cutting(const std::string& file, std::uint64_t size) = 0;
    virtual void syncing(const std::string& file) = 0;
    /// `for_sure`: the folder is synced with it.
    virtual void removing(const std::string& file, bool for_sure) = 0;
};

/// While it lives, every database that is opened lies on it: it is SQLite's default VFS, and passes
/// everything on to the real one.
class FaultyDisk {
  public:
    enum class Call { read, write, sync, truncate, open, remove, look, size, lock, share, any };

    FaultyDisk();
    ~FaultyDisk();
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;

    /// The nth call of that kind, on files whose name ends so, answers the SQLite code, or if it is 0 the one
    /// that fits the call; once, or from then on.
    void fail(Call call, int nth, int code, bool for_good = false, const std::string& name_end = {});
    void heal();
    bool fired() const;
    /// How many syncs were asked for so far.
    int syncs() const;

    /// For databases that are opened from here on; null: none.
    void keep(DiskDiary* diary);
};

} // namespace efaxd::fakes
