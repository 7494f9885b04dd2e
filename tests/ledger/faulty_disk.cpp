#include "faulty_disk.hpp"

#include <sqlite3.h>

#include <mutex>

namespace efaxd::ledger {
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

int verdict(FaultyDisk::Call call, sqlite3_file* file) {
    const std::lock_guard lock(plan.mutex);
    plan.syncs += call == FaultyDisk::Call::sync;
    if (!plan.armed || call != plan.call || !ours(file)->name->ends_with(plan.name_end) ||
        --plan.countdown > 0)
        return SQLITE_OK;
    plan.fired = true;
    plan.armed = plan.for_good;
    return plan.code;
}

int close(sqlite3_file* file) {
    const int result = real(file)->pMethods ? real(file)->pMethods->xClose(real(file)) : SQLITE_OK;
    delete ours(file)->name;
    return result;
}
int read(sqlite3_file* file, void* buffer, int count, sqlite3_int64 at) {
    const int failure = verdict(FaultyDisk::Call::read, file);
    return failure ? failure : real(file)->pMethods->xRead(real(file), buffer, count, at);
}
int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 at) {
    if (const int failure = verdict(FaultyDisk::Call::write, file)) {
        real(file)->pMethods->xWrite(real(file), bytes, count / 2, at); // torn
        return failure;
    }
    return real(file)->pMethods->xWrite(real(file), bytes, count, at);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
    const int failure = verdict(FaultyDisk::Call::truncate, file);
    return failure ? failure : real(file)->pMethods->xTruncate(real(file), size);
}
int sync(sqlite3_file* file, int flags) {
    const int failure = verdict(FaultyDisk::Call::sync, file);
    return failure ? failure : real(file)->pMethods->xSync(real(file), flags);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return real(file)->pMethods->xFileSize(real(file), size);
}
int lock(sqlite3_file* file, int level) { return real(file)->pMethods->xLock(real(file), level); }
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
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
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
    const int result = real_vfs->xOpen(real_vfs, name, mine->real(), flags, out_flags);
    if (result != SQLITE_OK) {
        if (mine->real()->pMethods)
            mine->real()->pMethods->xClose(mine->real());
        return result;
    }
    mine->name = new std::string(name ? name : "");
    mine->base.pMethods = &methods;
    return SQLITE_OK;
}

} // namespace

FaultyDisk::FaultyDisk() {
    heal();
    real_vfs = sqlite3_vfs_find("unix");
    faulty_vfs = *real_vfs;
    faulty_vfs.zName = "faulty";
    faulty_vfs.szOsFile = static_cast<int>(sizeof(File)) + real_vfs->szOsFile;
    faulty_vfs.xOpen = open;
    sqlite3_vfs_register(&faulty_vfs, 1);
}

FaultyDisk::~FaultyDisk() {
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

} // namespace efaxd::ledger
