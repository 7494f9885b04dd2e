#include "fakes/faulty_disk.hpp"

#include <sqlite3.h>

#include <atomic>
#include <mutex>

namespace efaxd::fakes {
namespace {

struct Plan {
    std::mutex mutex;
    bool armed = false;
    bool for_good = false;
    bool fired = false;
    int syncs = 0;
    FaultyDisk::Call call = FaultyDisk::Call::read;
    int countdown = 0;
    int code = SQLITE_OK;
    std::string name_end;
};

Plan plan;
std::atomic<DiskDiary*> diary{nullptr};
sqlite3_vfs* real_vfs = nullptr;
sqlite3_vfs faulty_vfs;

/// Our part lies before the real file in the memory that SQLite gives us.
struct File {
    sqlite3_file base;
    std::string* name;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File* ours(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
sqlite3_file* real(sqlite3_file* file) { return ours(file)->real(); }

/// SQLITE_OK, or what the call is to answer.
int verdict(FaultyDisk::Call call, const std::string& name, int fitting) {
    const std::lock_guard lock(plan.mutex);
    plan.syncs += call == FaultyDisk::Call::sync;
    if (!plan.armed || (call != plan.call && plan.call != FaultyDisk::Call::any) ||
        !name.ends_with(plan.name_end) || --plan.countdown > 0)
        return SQLITE_OK;
    plan.fired = true;
    plan.armed = plan.for_good;
    return plan.code != SQLITE_OK ? plan.code : fitting;
}
int verdict(FaultyDisk::Call call, sqlite3_file* file, int fitting) {
    return verdict(call, *ours(file)->name, fitting);
}

void note_write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 at) {
    if (DiskDiary* const kept = diary)
        kept->writing(*ours(file)->name, static_cast<std::uint64_t>(at),
                      {static_cast<const char*>(bytes), static_cast<std::size_t>(count)});
}

int close(sqlite3_file* file) {
    const int result = real(file)->pMethods ? real(file)->pMethods->xClose(real(file)) : SQLITE_OK;
    delete ours(file)->name;
    return result;
}
int read(sqlite3_file* file, void* buffer, int count, sqlite3_int64 at) {
    const int failure = verdict(FaultyDisk::Call::read, file, SQLITE_IOERR_READ);
    return failure ? failure : real(file)->pMethods->xRead(real(file), buffer, count, at);
}
int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 at) {
    const int failure = verdict(FaultyDisk::Call::write, file, SQLITE_IOERR_WRITE);
    const int done = failure ? count / 2 : count; // torn
    note_write(file, bytes, done, at);
    const int result = real(file)->pMethods->xWrite(real(file), bytes, done, at);
    return failure ? failure : result;
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (const int failure = verdict(FaultyDisk::Call::truncate, file, SQLITE_IOERR_TRUNCATE))
        return failure;
    if (DiskDiary* const kept = diary)
        kept->cutting(*ours(file)->name, static_cast<std::uint64_t>(size));
    return real(file)->pMethods->xTruncate(real(file), size);
}
int sync(sqlite3_file* file, int flags) {
    if (const int failure = verdict(FaultyDisk::Call::sync, file, SQLITE_IOERR_FSYNC))
        return failure;
    if (DiskDiary* const kept = diary)
        kept->syncing(*ours(file)->name);
    return real(file)->pMethods->xSync(real(file), flags);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
    const int failure = verdict(FaultyDisk::Call::size, file, SQLITE_IOERR_FSTAT);
    return failure ? failure : real(file)->pMethods->xFileSize(real(file), size);
}
int lock(sqlite3_file* file, int level) {
    const int failure = verdict(FaultyDisk::Call::lock, file, SQLITE_IOERR_LOCK);
    return failure ? failure : real(file)->pMethods->xLock(real(file), level);
}
int unlock(sqlite3_file* file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
int reserved(sqlite3_file* file, int* out) {
    return real(file)->pMethods->xCheckReservedLock(real(file), out);
}
int control(sqlite3_file* file, int what, void* argument) {
    return real(file)->pMethods->xFileControl(real(file), what, argument);
}
int sector_size(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
int traits(sqlite3_file* file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
    const int failure = verdict(FaultyDisk::Call::share, file, SQLITE_IOERR_SHMMAP);
    return failure ? failure : real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    // Giving a lock back cannot fail.
    const bool taking = (flags & SQLITE_SHM_LOCK) != 0;
    const int failure = taking ? verdict(FaultyDisk::Call::share, file, SQLITE_IOERR_SHMLOCK) : SQLITE_OK;
    return failure ? failure : real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int shm_unmap(sqlite3_file* file, int remove) { return real(file)->pMethods->xShmUnmap(real(file), remove); }

const sqlite3_io_methods methods = {2,        close,       read,      write,   truncate,    sync,   file_size,
                                    lock,     unlock,      reserved,  control, sector_size, traits, shm_map,
                                    shm_lock, shm_barrier, shm_unmap, nullptr, nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    File* const mine = ours(file);
    mine->base.pMethods = nullptr;
    mine->real()->pMethods = nullptr;
    const std::string path = name ? name : "";
    if (const int failure = verdict(FaultyDisk::Call::open, path, SQLITE_CANTOPEN))
        return failure;
    if (DiskDiary* const kept = diary)
        kept->opening(path);
    const int result = real_vfs->xOpen(real_vfs, name, mine->real(), flags, out_flags);
    if (result != SQLITE_OK) {
        if (mine->real()->pMethods)
            mine->real()->pMethods->xClose(mine->real());
        return result;
    }
    mine->name = new std::string(path);
    mine->base.pMethods = &methods;
    return SQLITE_OK;
}

int remove(sqlite3_vfs*, const char* name, int sync_folder) {
    if (const int failure = verdict(FaultyDisk::Call::remove, name, SQLITE_IOERR_DELETE))
        return failure;
    if (DiskDiary* const kept = diary)
        kept->removing(name, sync_folder != 0);
    return real_vfs->xDelete(real_vfs, name, sync_folder);
}
int look(sqlite3_vfs*, const char* name, int what, int* out) {
    const int failure = verdict(FaultyDisk::Call::look, name, SQLITE_IOERR_ACCESS);
    return failure ? failure : real_vfs->xAccess(real_vfs, name, what, out);
}

} // namespace

FaultyDisk::FaultyDisk() {
    heal();
    real_vfs = sqlite3_vfs_find("unix");
    faulty_vfs = *real_vfs;
    faulty_vfs.zName = "faulty";
    faulty_vfs.szOsFile = static_cast<int>(sizeof(File)) + real_vfs->szOsFile;
    faulty_vfs.xOpen = open;
    faulty_vfs.xDelete = remove;
    faulty_vfs.xAccess = look;
    sqlite3_vfs_register(&faulty_vfs, 1);
}

FaultyDisk::~FaultyDisk() {
    keep(nullptr);
    sqlite3_vfs_register(real_vfs, 1);
    sqlite3_vfs_unregister(&faulty_vfs);
}

void FaultyDisk::fail(Call call, int nth, int code, bool for_good, const std::string& name_end) {
    const std::lock_guard lock(plan.mutex);
    plan.call = call;
    plan.countdown = nth;
    plan.code = code;
    plan.for_good = for_good;
    plan.name_end = name_end;
    plan.fired = false;
    plan.armed = true;
}

void FaultyDisk::heal() {
    const std::lock_guard lock(plan.mutex);
    plan.armed = false;
}

bool FaultyDisk::fired() const {
    const std::lock_guard lock(plan.mutex);
    return plan.fired;
}

int FaultyDisk::syncs() const {
    const std::lock_guard lock(plan.mutex);
    return plan.syncs;
}

void FaultyDisk::keep(DiskDiary* kept) { diary = kept; }

} // namespace efaxd::fakes
