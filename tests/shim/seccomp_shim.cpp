// Preloaded into efaxd: from its first instruction on, a system call beyond the budget ends it. What is
// missing from the budget and from the unit's `SystemCallFilter=` alike is what a program needs that does no
// more than it should: nothing of other processes, of mounts, of modules, of keys or of raw devices.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <unistd.h>

#include <seccomp.h>

namespace {

constexpr int exit_of_a_violation = 128 + SIGSYS;

constexpr std::initializer_list<const char*> budget = {
    // memory, threads and time
    "brk", "mmap", "munmap", "mremap", "mprotect", "madvise", "futex", "rseq", "set_robust_list",
    "set_tid_address", "arch_prctl", "clone", "clone3", "exit", "exit_group", "gettid", "getpid",
    "sched_yield", "sched_getaffinity", "sched_getparam", "sched_getscheduler", "membarrier", "clock_gettime",
    "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "getrandom", "restart_syscall",
    // files
    "read", "write", "readv", "writev", "pread64", "pwrite64", "lseek", "open", "openat", "close",
    "close_range", "stat", "fstat", "lstat", "newfstatat", "statx", "statfs", "fstatfs", "access",
    "faccessat", "faccessat2", "readlink", "readlinkat", "getdents64", "getcwd", "unlink", "unlinkat",
    "rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir", "chmod", "fchmod", "fchmodat",
    "ftruncate", "fallocate", "fadvise64", "fsync", "fdatasync", "flock", "fcntl", "ioctl", "umask", "dup",
    "dup2", "dup3", "pipe", "pipe2", "copy_file_range", "sendfile",
    // sockets and waiting
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "getsockname", "getpeername",
    "getsockopt", "setsockopt", "shutdown", "sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg",
    "recvmmsg", "poll", "ppoll", "select", "pselect6", "epoll_create1", "epoll_ctl", "epoll_wait",
    "epoll_pwait", "eventfd2", "timerfd_create", "timerfd_settime",
    // signals, itself, and the converter it starts
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "tgkill", "kill", "getuid", "geteuid",
    "getgid", "getegid", "getppid", "getrusage", "prlimit64", "prctl", "uname", "sysinfo", "vfork", "wait4",
    "waitid", "pidfd_open", "pidfd_send_signal", "seccomp"};

/// The unit refuses these, and efaxd goes on without.
constexpr std::initializer_list<const char*> refused = {"chown", "fchown", "lchown", "fchownat"};

void tell(int, siginfo_t* what, void*) {
    char text[80];
    const int size = std::snprintf(text, sizeof text, "VIOLATION: system call %d\n", what->si_syscall);
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text, static_cast<std::size_t>(size));
    ::_exit(exit_of_a_violation);
}

bool is_efaxd() {
    char path[4096] = {};
    const auto size = ::readlink("/proc/self/exe", path, sizeof path - 1);
    const char* const name = size > 0 ? std::strrchr(path, '/') : nullptr;
    return name && std::strcmp(name, "/efaxd") == 0;
}

bool is_named(const char* variable, const char* name) {
    const char* const value = std::getenv(variable);
    return value && std::strcmp(value, name) == 0;
}

bool confine() {
    struct sigaction action {};
    action.sa_sigaction = &tell;
    action.sa_flags = SA_SIGINFO;
    const scmp_filter_ctx filter = ::seccomp_init(SCMP_ACT_TRAP);
    if (!filter || ::sigaction(SIGSYS, &action, nullptr) != 0)
        return false;
    const auto rule = [&](unsigned what, const char* name) {
        const int number = ::seccomp_syscall_resolve_name(name);
        return number == __NR_SCMP_ERROR || ::seccomp_rule_add(filter, what, number, 0) == 0;
    };
    bool fine = true;
    for (const char* const name : budget)
        fine = fine && (is_named("EFAXD_BUDGET_LACKS", name) || rule(SCMP_ACT_ALLOW, name));
    for (const char* const name : refused)
        fine = fine && rule(SCMP_ACT_ERRNO(EPERM), name);
    if (is_named("EFAXD_BUDGET_HAS", "execve"))
        fine = fine && rule(SCMP_ACT_ALLOW, "execve");
    fine = fine && ::seccomp_load(filter) == 0;
    ::seccomp_release(filter);
    return fine;
}

[[gnu::constructor]] void begin() {
    if (is_efaxd() && !confine()) {
        std::fputs("VIOLATION: the budget could not be set\n", stderr);
        ::_exit(exit_of_a_violation);
    }
}

} // namespace
