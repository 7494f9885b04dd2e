#include "system/process.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace efaxd::system {
namespace {

/// In a process of its own, since it cannot be undone. Returns 0, or the number of the first broken promise.
int harden_and_look() {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = 64;
    ::setrlimit(RLIMIT_NOFILE, &files);
    ::umask(0);

    harden_process();

    rlimit core{};
    ::getrlimit(RLIMIT_CORE, &core);
    if (core.rlim_cur != 0 || core.rlim_max != 0)
        return 1;
    if (::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
        return 2;
    ::getrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur != files.rlim_max)
        return 3;
    if (::umask(0) != 0077)
        return 4;
    int pipe[2];
    if (::pipe(pipe) != 0 || ::close(pipe[0]) != 0 || ::write(pipe[1], "x", 1) != -1)
        return 5;
    trim_memory();
    return 0;
}

TEST(Process, closes_itself_to_others_and_opens_its_limits) {
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(harden_and_look());
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status)); // a broken pipe would have killed it
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

} // namespace
} // namespace efaxd::system
