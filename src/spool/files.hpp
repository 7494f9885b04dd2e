// The system calls of the spool, in one place, so that tests can make the n-th one fail.
#pragma once

#include <sys/statvfs.h>
#include <sys/types.h>

#include <cstddef>

namespace efaxd::spool {

/// Each function is the system call of its name: same result, same errno.
class Files {
  public:
    virtual ~Files() = default;

    virtual int open(const char* path, int flags, mode_t mode);
    virtual ssize_t read(int file, char* buffer, std::size_t most);
    virtual ssize_t write(int file, const char* bytes, std::size_t count);
    virtual int fsync(int file);
    virtual int close(int file);
    virtual int rename(const char* from, const char* to);
    virtual int unlink(const char* path);
    virtual int statvfs(const char* path, struct statvfs* facts);
};

/// Those of the system itself.
Files& system_files();

} // namespace efaxd::spool
