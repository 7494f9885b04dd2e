#include "system/state_dir.hpp"

#include "fakes/temp_dir.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <string>

namespace efaxd::system {
namespace {

/// What the error about a directory says; empty if there is none.
std::string complaint(const std::filesystem::path& path) {
    try {
        const StateDir dir(path, InMemory::allowed);
        return {};
    } catch (const StateDirError& error) {
        return error.what();
    }
}

TEST(StateDir, takes_a_directory_of_ours) {
    const fakes::TempDir dir;
    for (const mode_t mode : {0700u, 0750u}) {
        ::chmod(dir.path().c_str(), mode);
        EXPECT_EQ(complaint(dir.path()), "");
    }
    const StateDir state(dir.path(), InMemory::allowed);
    EXPECT_EQ(state.path(), dir.path());
    EXPECT_EQ(state.spool(), dir.path() / "spool");
    EXPECT_GT(free_room(dir.path()).bytes, 0u);
    EXPECT_GT(free_room(dir.path()).files, 0u);
    EXPECT_THROW(free_room(dir.path() / "missing"), StateDirError);
}

TEST(StateDir, says_how_to_make_a_missing_one) {
    const fakes::TempDir dir;
    const std::string said = complaint(dir.path() / "missing");
    EXPECT_NE(said.find("does not exist"), std::string::npos) << said;
    EXPECT_NE(said.find("install -d -m 0700"), std::string::npos) << said;
}

TEST(StateDir, refuses_what_is_no_directory) {
    const fakes::TempDir dir;
    std::ofstream(dir.path() / "file") << "x";
    EXPECT_NE(complaint(dir.path() / "file").find("is no directory"), std::string::npos);
}

TEST(StateDir, refuses_one_that_is_open_to_others_and_says_the_remedy) {
    const fakes::TempDir dir;
    for (const mode_t mode : {0755u, 0770u, 0701u, 0704u, 0720u}) {
        ::chmod(dir.path().c_str(), mode);
        EXPECT_NE(complaint(dir.path()).find("chmod 0700 " + dir.path().string()), std::string::npos) << mode;
    }
}

TEST(StateDir, refuses_one_of_another_user) {
    // The root directory belongs to root; for root itself a directory is given away.
    const fakes::TempDir dir;
    const bool root = ::geteuid() == 0;
    const int given_away = root ? ::chown(dir.path().c_str(), 12345, 12345) : 0;
    ASSERT_EQ(given_away, 0);
    EXPECT_NE(complaint(root ? dir.path() : "/").find("belongs to user"), std::string::npos);
}

TEST(StateDir, knows_file_systems_that_cannot_carry_a_ledger) {
    EXPECT_EQ(memory_file_system(0x01021994), "tmpfs");
    EXPECT_EQ(memory_file_system(0x858458f6), "ramfs");
    EXPECT_EQ(network_file_system(0x6969), "NFS");
    EXPECT_EQ(network_file_system(0xff534d42), "CIFS");
    EXPECT_EQ(network_file_system(0xfe534d42), "SMB");
    for (const std::uint64_t good :
         {0xef53u, 0x58465342u, 0x9123683eu, 0x794c7630u, 0x65735546u, 0x01021997u}) {
        EXPECT_EQ(memory_file_system(good), ""); // ext4, XFS, btrfs, overlay, FUSE, 9p
        EXPECT_EQ(network_file_system(good), "");
    }
}

TEST(StateDir, keeps_a_second_daemon_out_and_names_the_first) {
    const fakes::TempDir dir;
    {
        const StateDir first(dir.path(), InMemory::allowed);
        EXPECT_THROW(StateDir(dir.path(), InMemory::allowed), StateDirInUse);
        EXPECT_NE(complaint(dir.path()).find("process " + std::to_string(::getpid())), std::string::npos);
        struct stat facts {};
        ASSERT_EQ(::stat((dir.path() / "lock").c_str(), &facts), 0);
        EXPECT_EQ(facts.st_mode & 0777u, 0600u);
    }
    EXPECT_EQ(complaint(dir.path()), "");
}

TEST(StateDir, is_free_again_when_its_holder_was_killed) {
    const fakes::TempDir dir;
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const StateDir held(dir.path(), InMemory::allowed);
        if (::write(ready[1], "x", 1) == 1)
            ::pause();
        ::_exit(1);
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    EXPECT_THROW(StateDir(dir.path(), InMemory::allowed), StateDirInUse);
    EXPECT_NE(complaint(dir.path()).find("process " + std::to_string(child)), std::string::npos);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_EQ(complaint(dir.path()), "");
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST(StateDir, is_checked_without_a_trace) {
    const fakes::TempDir dir;
    check_state_dir(dir.path(), InMemory::allowed);
    EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST(StateDir, refuses_a_lock_file_that_is_a_trap) {
    const fakes::TempDir dir;
    std::filesystem::create_symlink(dir.path() / "elsewhere", dir.path() / "lock");
    EXPECT_NE(complaint(dir.path()).find("cannot be locked"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(dir.path() / "elsewhere"));
}

} // namespace
} // namespace efaxd::system
