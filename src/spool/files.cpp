#include "spool/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

namespace efaxd::spool {

int Files::open(const char* path, int flags, mode_t mode) { return ::open(path, flags, mode); }
ssize_t Files::read(int file, char* buffer, std::size_t most) { return ::read(file, buffer, most); }
ssize_t Files::write(int file, const char* bytes, std::size_t count) { return ::write(file, bytes, count); }
int Files::fsync(int file) { return ::fsync(file); }
int Files::close(int file) { return ::close(file); }
int Files::rename(const char* from, const char* to) { return ::rename(from, to); }
int Files::unlink(const char* path) { return ::unlink(path); }
int Files::statvfs(const char* path, struct statvfs* facts) { return ::statvfs(path, facts); }

Files& system_files() {
    static Files files;
    return files;
}

} // namespace efaxd::spool
