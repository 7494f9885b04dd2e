// A library to be preloaded into a program under test: the n-th call to the files of one folder fails. It
// stands before the C library's own functions and passes everything else on to them.
#include "disk_control.hpp"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

using namespace efaxd::shim; // the names below are the C library's, which has no namespaces

namespace {

/// The next function of that name and kind: the C library's, or a sanitizer's.
template <class Function>
Function* next(Function* /*kind*/, const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

/// Calls what stands behind us.
#define EFAXD_NEXT(function, ...)                                                                            \
    ([&] {                                                                                                   \
        static auto* const real = next(&::function, #function);                                              \
        return real(__VA_ARGS__);                                                                            \
    }())

DiskControl* control = nullptr;
std::array<std::atomic<bool>, 1 << 16> watched; ///< descriptors of files that are meant

__attribute__((constructor)) void find_control() {
    const char* const place = std::getenv(disk_control_variable);
    if (place == nullptr)
        return;
    const int file = EFAXD_NEXT(open, place, O_RDWR | O_CLOEXEC);
    if (file < 0)
        std::abort();
    void* const memory =
        EFAXD_NEXT(mmap, nullptr, sizeof(DiskControl), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED)
        std::abort();
    EFAXD_NEXT(close, file);
    control = static_cast<DiskControl*>(memory);
}

bool meant(const char* path) {
    return control != nullptr && path != nullptr && std::string_view(path).starts_with(control->under);
}
bool meant(int file) {
    return control != nullptr && file >= 0 && static_cast<std::size_t>(file) < watched.size() &&
           watched[static_cast<std::size_t>(file)];
}
void watch(int file, bool yes) {
    if (file >= 0 && static_cast<std::size_t>(file) < watched.size())
        watched[static_cast<std::size_t>(file)] = yes;
}

/// Counts a call. True if it is to fail; errno is set then.
template <class Where>
bool fails(std::uint32_t kinds, Where where) {
    if (!meant(where) || (control->kinds & kinds) == 0)
        return false;
    const std::uint64_t call = ++control->calls;
    const std::uint64_t nth = control->nth;
    if (nth == 0 || call < nth || (call > nth && !control->for_good))
        return false;
    ++control->failed;
    errno = control->error;
    return true;
}

std::uint32_t kinds_of_open(const char* path, int flags) {
    return (flags & O_CREAT) != 0 && ::access(path, F_OK) != 0 ? opens | creates : opens;
}

template <class Open>
int opened(const char* path, int flags, const Open& real) {
    if (fails(kinds_of_open(path, flags), path))
        return -1;
    const int file = real();
    if (file >= 0)
        watch(file, meant(path));
    return file;
}

template <class Write>
ssize_t written(int file, std::size_t count, const Write& real) {
    if (!fails(writes, file))
        return real(count);
    return errno == 0 && count > 1 ? real(count / 2) : errno == 0 ? real(count) : -1;
}

mode_t mode_of(int flags, va_list more) {
    return (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(more, mode_t) : mode_t{0};
}

} // namespace

extern "C" {

int open(const char* path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const mode_t mode = mode_of(flags, more);
    va_end(more);
    return opened(path, flags, [&] { return EFAXD_NEXT(open, path, flags, mode); });
}
int open64(const char* path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const mode_t mode = mode_of(flags, more);
    va_end(more);
    return opened(path, flags, [&] { return EFAXD_NEXT(open64, path, flags, mode); });
}
int openat(int folder, const char* path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const mode_t mode = mode_of(flags, more);
    va_end(more);
    return opened(path, flags, [&] { return EFAXD_NEXT(openat, folder, path, flags, mode); });
}
int close(int file) {
    const bool failing = fails(closes, file); // Linux closes the file all the same
    const int error = errno;
    watch(file, false);
    const int result = EFAXD_NEXT(close, file);
    if (!failing)
        return result;
    errno = error;
    return -1;
}

int closedir(DIR* folder) {
    watch(::dirfd(folder), false); // closed inside of the C library
    return EFAXD_NEXT(closedir, folder);
}

ssize_t read(int file, void* buffer, std::size_t count) {
    return fails(reads, file) ? -1 : EFAXD_NEXT(read, file, buffer, count);
}
ssize_t pread(int file, void* buffer, std::size_t count, off_t at) {
    return fails(reads, file) ? -1 : EFAXD_NEXT(pread, file, buffer, count, at);
}
ssize_t pread64(int file, void* buffer, std::size_t count, off64_t at) {
    return fails(reads, file) ? -1 : EFAXD_NEXT(pread64, file, buffer, count, at);
}
ssize_t write(int file, const void* bytes, std::size_t count) {
    return written(file, count, [&](std::size_t part) { return EFAXD_NEXT(write, file, bytes, part); });
}
ssize_t pwrite(int file, const void* bytes, std::size_t count, off_t at) {
    return written(file, count, [&](std::size_t part) { return EFAXD_NEXT(pwrite, file, bytes, part, at); });
}
ssize_t pwrite64(int file, const void* bytes, std::size_t count, off64_t at) {
    return written(file, count,
                   [&](std::size_t part) { return EFAXD_NEXT(pwrite64, file, bytes, part, at); });
}

int fsync(int file) { return fails(syncs, file) ? -1 : EFAXD_NEXT(fsync, file); }
int fdatasync(int file) { return fails(syncs, file) ? -1 : EFAXD_NEXT(fdatasync, file); }
int ftruncate(int file, off_t size) noexcept {
    return fails(truncates, file) ? -1 : EFAXD_NEXT(ftruncate, file, size);
}
int ftruncate64(int file, off64_t size) noexcept {
    return fails(truncates, file) ? -1 : EFAXD_NEXT(ftruncate64, file, size);
}

int rename(const char* from, const char* to) noexcept {
    return fails(renames, to) ? -1 : EFAXD_NEXT(rename, from, to);
}
int unlink(const char* path) noexcept { return fails(removes, path) ? -1 : EFAXD_NEXT(unlink, path); }
int mkdir(const char* path, mode_t mode) noexcept {
    return fails(folders, path) ? -1 : EFAXD_NEXT(mkdir, path, mode);
}

int stat(const char* path, struct stat* facts) noexcept {
    return fails(looks, path) ? -1 : EFAXD_NEXT(stat, path, facts);
}
int stat64(const char* path, struct stat64* facts) noexcept {
    return fails(looks, path) ? -1 : EFAXD_NEXT(stat64, path, facts);
}
int lstat(const char* path, struct stat* facts) noexcept {
    return fails(looks, path) ? -1 : EFAXD_NEXT(lstat, path, facts);
}
int lstat64(const char* path, struct stat64* facts) noexcept {
    return fails(looks, path) ? -1 : EFAXD_NEXT(lstat64, path, facts);
}
int fstat(int file, struct stat* facts) noexcept {
    return fails(looks, file) ? -1 : EFAXD_NEXT(fstat, file, facts);
}
int fstat64(int file, struct stat64* facts) noexcept {
    return fails(looks, file) ? -1 : EFAXD_NEXT(fstat64, file, facts);
}
int statvfs(const char* path, struct statvfs* facts) noexcept {
    if (!fails(measures, path))
        return EFAXD_NEXT(statvfs, path, facts);
    if (errno != ENOSPC)
        return -1;
    const int result = EFAXD_NEXT(statvfs, path, facts); // a full disk can be measured
    facts->f_bavail = 0;
    return result;
}

void* mmap(void* where, std::size_t size, int protection, int flags, int file, off_t at) noexcept {
    return fails(maps, file) ? MAP_FAILED : EFAXD_NEXT(mmap, where, size, protection, flags, file, at);
}
void* mmap64(void* where, std::size_t size, int protection, int flags, int file, off64_t at) noexcept {
    return fails(maps, file) ? MAP_FAILED : EFAXD_NEXT(mmap64, where, size, protection, flags, file, at);
}
int flock(int file, int operation) noexcept {
    return fails(locks, file) ? -1 : EFAXD_NEXT(flock, file, operation);
}

} // extern "C"
