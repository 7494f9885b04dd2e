#include "pictures/confinement.hpp"

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace efaxd::pictures {
namespace {

void expect(bool good) {
    if (!good)
        throw std::runtime_error("the converter could not confine itself");
}

/// A limit from outside that is narrower stays.
void limit(__rlimit_resource resource, rlim_t soft, rlim_t hard) {
    rlimit given{};
    expect(::getrlimit(resource, &given) == 0);
    const rlimit wanted{std::min(soft, given.rlim_max), std::min(hard, given.rlim_max)};
    expect(::setrlimit(resource, &wanted) == 0);
}

void limit_everything() {
    constexpr rlim_t seconds = 60;
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // they reserve terabytes
    constexpr rlim_t memory = rlim_t{1} << 30;
    limit(RLIMIT_AS, memory, memory);
#endif
    limit(RLIMIT_CPU, seconds, seconds + 1); // SIGXCPU first, which tells why
    limit(RLIMIT_FSIZE, 0, 0);
    limit(RLIMIT_NOFILE, 0, 0); // those that are open stay
    limit(RLIMIT_NPROC, 0, 0);
    limit(RLIMIT_CORE, 0, 0);
}

struct ReleaseFilter {
    void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, ReleaseFilter>;

/// Some service managers keep seccomp(2) from us and leave prctl(2), which can end the calling thread only.
/// There is but one.
Filter create_filter() {
    Filter filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
    if (!filter)
        filter.reset(seccomp_init(SCMP_ACT_KILL_THREAD));
    expect(filter != nullptr);
    return filter;
}

constexpr scmp_arg_cmp equals(unsigned argument, scmp_datum_t value) {
    return {argument, SCMP_CMP_EQ, value, 0};
}

constexpr scmp_arg_cmp masked(unsigned argument, scmp_datum_t mask, scmp_datum_t value) {
    return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

template <typename... Conditions>
void allow(const Filter& filter, int call, Conditions... conditions) {
    expect(seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, sizeof...(conditions), conditions...) == 0);
}

void allow_only_what_is_needed() {
    const Filter filter = create_filter();
    allow(filter, SCMP_SYS(read), equals(0, STDIN_FILENO));
    allow(filter, SCMP_SYS(write), equals(0, STDOUT_FILENO));
    allow(filter, SCMP_SYS(write), equals(0, STDERR_FILENO));

    // Memory, none of which can be run as a program.
    allow(filter, SCMP_SYS(mmap), masked(2, PROT_EXEC, 0), masked(3, MAP_ANONYMOUS, MAP_ANONYMOUS));
    allow(filter, SCMP_SYS(mprotect), masked(2, PROT_EXEC, 0));
    for (const int call : {SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(brk), SCMP_SYS(madvise)})
        allow(filter, call);

    for (const int call : {SCMP_SYS(futex), SCMP_SYS(clock_gettime), SCMP_SYS(getrandom),
                           SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall), SCMP_SYS(exit_group),
                           SCMP_SYS(sysinfo)}) // the C library's qsort asks how much memory there is
        allow(filter, call);

#if defined(__SANITIZE_ADDRESS__)
    allow(filter, SCMP_SYS(sigaltstack)); // at each exception
#endif

    expect(seccomp_load(filter.get()) == 0);
}

} // namespace

void confine() {
    expect(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    expect(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0);
    limit_everything();
    allow_only_what_is_needed();
}

} // namespace efaxd::pictures
