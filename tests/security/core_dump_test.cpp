// A process that was closed leaves nothing of its memory behind, even where somebody forces a core dump.
#include "clinic.hpp"
#include "fakes/temp_dir.hpp"
#include "system/process.hpp"

#include <csignal>
#include <cstring>
#include <filesystem>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace efaxd::daemon {
namespace {

using namespace std::chrono_literals;

std::string all_files_in(const std::filesystem::path& folder) {
    std::string all;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder))
        if (file.is_regular_file())
            all += read_file(file.path());
    return all;
}

/// Never in the memory of the test in one piece before the child makes it.
std::string made_canary() {
    std::string word = "yranac";
    return {word.rbegin(), word.rend()};
}

enum class Closed { no, yes };

/// Dies of an abort, with core dumps forced on and a canary in its memory. What is in the folder afterwards.
std::string core_of_a_child(Closed closed) {
    const fakes::TempDir folder;
    const pid_t child = ::fork();
    if (child == 0) {
        if (closed == Closed::yes)
            system::harden_process();
        constexpr rlimit any{RLIM_INFINITY, RLIM_INFINITY};
        ::setrlimit(RLIMIT_CORE, &any);
        ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
        std::signal(SIGABRT, SIG_DFL);
        std::string canary;
        for (int i = 0; i < 2000; ++i)
            canary += made_canary() + '-' + made_canary() + ' ';
        const bool there = ::chdir(folder.path().c_str()) == 0 && canary.size() > 1000;
        there ? std::abort() : ::_exit(1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    return all_files_in(folder.path());
}

TEST(CoreDump, that_is_forced_holds_no_memory) {
    const std::string canary = made_canary() + '-' + made_canary();
    const std::string open = core_of_a_child(Closed::no);
    if (!open.empty()) { // else cores go elsewhere on this machine, or nowhere
        EXPECT_NE(open.find(canary), std::string::npos) << "it would be noticed";
    }
    EXPECT_EQ(core_of_a_child(Closed::yes).find(canary), std::string::npos);
}

class Aborted : public Clinic {};

TEST_F(Aborted, under_load_the_daemon_leaves_no_core_and_asks_for_none_of_its_memory) {
    efaxd.settings.owners = "none";
    efaxd.configure();
    put(front_desk, 20);
    efaxd.start();
    const std::string process = "/proc/" + std::to_string(efaxd.child().pid());
    EXPECT_EQ(read_file(process + "/coredump_filter"), "00000000\n");
    EXPECT_NE(read_file(process + "/limits").find("Max core file size        0                    0"),
              std::string::npos)
        << read_file(process + "/limits");
    constexpr rlimit any{RLIM_INFINITY, RLIM_INFINITY};
    ::prlimit(efaxd.child().pid(), RLIMIT_CORE, &any, nullptr);
    const auto here = std::filesystem::read_symlink(process + "/cwd");
    const auto cores = [&] {
        std::size_t count = 0;
        for (const auto& file : std::filesystem::directory_iterator(here))
            count += file.path().filename().string().starts_with("core") ? 1 : 0;
        return count;
    };
    const auto before = cores();
    efaxd.child().signal(SIGABRT);
    EXPECT_EQ(efaxd.child().wait(10s), 128 + SIGABRT);
    EXPECT_EQ(cores(), before);
    efaxd.kill();
    efaxd.start(); // and nothing is lost
    EXPECT_TRUE(all_arrive());
    EXPECT_EQ(efaxd.stop(), 0);
}

} // namespace
} // namespace efaxd::daemon
