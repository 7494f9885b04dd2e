#include "system/process.hpp"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <system_error>

namespace efaxd::system {
namespace {

void expect(bool good, const char* what) {
    if (!good)
        throw std::system_error(errno, std::generic_category(), what);
}

/// Whoever has dumps made all the same gets no memory in them. Before the process is closed to others, and
/// to itself as it runs under its own user.
void leave_memory_out_of_core_dumps() {
    std::ofstream filter("/proc/self/coredump_filter");
    filter << 0 << std::flush;
    expect(filter.good(), "memory could not be left out of core dumps");
}

void forbid_core_dumps() {
    constexpr rlimit none{0, 0};
    expect(::setrlimit(RLIMIT_CORE, &none) == 0, "core dumps could not be switched off");
    expect(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, "the process could not be closed to debuggers");
}

/// libcurl and others write the keys of every TLS connection to the file that this names.
void keep_tls_keys() {
    expect(::unsetenv("SSLKEYLOGFILE") == 0, "SSLKEYLOGFILE could not be taken out of the environment");
}

void raise_open_files() {
    rlimit files{};
    expect(::getrlimit(RLIMIT_NOFILE, &files) == 0, "the limit of open files could not be read");
    files.rlim_cur = files.rlim_max;
    expect(::setrlimit(RLIMIT_NOFILE, &files) == 0, "the limit of open files could not be raised");
}

} // namespace

void harden_process() {
    leave_memory_out_of_core_dumps();
    forbid_core_dumps();
    keep_tls_keys();
    ::umask(0077);
    raise_open_files();
    expect(std::signal(SIGPIPE, SIG_IGN) != SIG_ERR, "SIGPIPE could not be ignored");
}

void pool_memory() {
    ::mallopt(M_ARENA_MAX, 4);
    ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
    ::mallopt(M_TRIM_THRESHOLD, 1 << 20);
}

void trim_memory() { ::malloc_trim(0); }

} // namespace efaxd::system
