#include "system/usage.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace efaxd::system {

namespace {

Duration duration_of(const timeval& time) {
    return std::chrono::seconds{time.tv_sec} +
           std::chrono::duration_cast<Duration>(std::chrono::microseconds{time.tv_usec});
}

/// The entries of a folder.
std::int64_t count_in(const char* folder) {
    std::error_code error;
    std::int64_t count = 0;
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        ++count;
    return count;
}

} // namespace

Usage usage() {
    Usage usage;
    rusage times{};
    if (::getrusage(RUSAGE_SELF, &times) == 0)
        usage.cpu = duration_of(times.ru_utime) + duration_of(times.ru_stime);
    const std::int64_t page = ::sysconf(_SC_PAGESIZE);
    std::ifstream statm("/proc/self/statm");
    if (statm >> usage.virtual_bytes >> usage.resident_bytes) {
        usage.virtual_bytes *= page;
        usage.resident_bytes *= page;
    }
    usage.open_files = count_in("/proc/self/fd");
    usage.threads = count_in("/proc/self/task");
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0)
        usage.most_files = static_cast<std::int64_t>(files.rlim_cur);
    return usage;
}

} // namespace efaxd::system
