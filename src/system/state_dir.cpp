#include "system/state_dir.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <string>

namespace efaxd::system {
namespace {

struct Kind {
    std::uint64_t magic;
    std::string_view name;
};

// statfs(2) and linux/magic.h
constexpr Kind memory_kinds[] = {{0x01021994, "tmpfs"}, {0x858458f6, "ramfs"}};
constexpr Kind network_kinds[] = {{0x6969, "NFS"},       {0xff534d42, "CIFS"}, {0xfe534d42, "SMB"},
                                  {0x517b, "SMB"},       {0x564c, "NCP"},      {0x73757245, "Coda"},
                                  {0x5346414f, "AFS"},   {0x6b414653, "AFS"},  {0x00c36400, "Ceph"},
                                  {0x0bd00bd0, "Lustre"}};

template <std::size_t count>
std::string_view name_in(const Kind (&kinds)[count], std::uint64_t magic) {
    for (const Kind& kind : kinds)
        if (kind.magic == magic)
            return kind.name;
    return {};
}

std::string quoted(const std::filesystem::path& path) { return "state_dir '" + path.string() + "'"; }

std::string error_number() { return " (errno " + std::to_string(errno) + ")"; }

/// What to do about the last error; `otherwise` if it is none of those that say it themselves.
std::string advice(const std::string& otherwise) {
    switch (errno) {
    case EIO:
        return ": the disk failed, look at the kernel log";
    case EROFS:
        return ": the file system is mounted read-only";
    case ENOSPC:
    case EDQUOT:
        return ": no room is left on the disk";
    case EMFILE:
    case ENFILE:
    case ENOMEM:
        return ": the system has no file handle or memory left";
    default:
        return otherwise;
    }
}

void check_owner_and_mode(const std::filesystem::path& path) {
    const std::string here = quoted(path);
    const std::string name = path.string();
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0) {
        if (errno == ENOENT)
            throw StateDirError(
                here + " does not exist: make it with 'install -d -m 0700 -o efaxd -g efaxd " + name + "'");
        throw StateDirError(here + " cannot be reached" + error_number() +
                            advice(": the folders above it must let efaxd pass"));
    }
    if (!S_ISDIR(facts.st_mode))
        throw StateDirError(here + " is no directory: name another one");
    if (facts.st_uid != ::geteuid())
        throw StateDirError(here + " belongs to user " + std::to_string(facts.st_uid) +
                            ", but efaxd runs as user " + std::to_string(::geteuid()) +
                            ": run it as that user, or 'chown' the directory");
    if ((facts.st_mode & 0027u) != 0)
        throw StateDirError(here + " is open to other users: run 'chmod 0700 " + name + "'");
    if (::faccessat(AT_FDCWD, path.c_str(), R_OK | W_OK | X_OK, AT_EACCESS) != 0)
        throw StateDirError(here + " cannot be written" + error_number() +
                            advice(": run 'chmod 0700 " + name + "'"));
}

void check_file_system(const std::filesystem::path& path, InMemory in_memory) {
    struct statfs facts {};
    if (::statfs(path.c_str(), &facts) != 0)
        throw StateDirError(quoted(path) + " cannot be examined" + error_number());
    const auto magic = static_cast<std::uint64_t>(facts.f_type) & 0xffffffffu;
    if (const auto kind = network_file_system(magic); !kind.empty())
        throw StateDirError(quoted(path) + " lies on a network file system (" + std::string(kind) +
                            "), which cannot carry the ledger safely: use a local disk");
    if (const auto kind = memory_file_system(magic); !kind.empty() && in_memory == InMemory::refused)
        throw StateDirError(quoted(path) + " lies in memory (" + std::string(kind) +
                            ") and would be lost at a restart: use a disk");
}

/// The process that holds the lock, by its own word; for the message only.
std::string holder(int file) {
    char text[32];
    const auto got = ::pread(file, text, sizeof text, 0);
    std::string pid;
    for (ssize_t at = 0; at < got && text[at] >= '0' && text[at] <= '9'; ++at)
        pid += text[at];
    return pid.empty() ? "" : ", process " + pid;
}

void write_pid(int file) {
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(file, 0) != 0 || ::pwrite(file, pid.data(), pid.size(), 0) < 0) {
        // The lock stands without it, on a full disk too.
    }
}

int lock(const std::filesystem::path& path) {
    int file = -1;
    do
        file = ::open((path / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    while (file < 0 && errno == EINTR);
    if (file < 0)
        throw StateDirError(quoted(path) + " cannot be locked" + error_number() +
                            advice(": the file 'lock' in it must be efaxd's own"));
    int result = 0;
    do
        result = ::flock(file, LOCK_EX | LOCK_NB);
    while (result != 0 && errno == EINTR);
    if (result == 0) {
        write_pid(file);
        return file;
    }
    const std::string error = error_number();
    const bool busy = errno == EWOULDBLOCK;
    const std::string who = holder(file);
    ::close(file);
    if (busy)
        throw StateDirInUse(quoted(path) + " is in use by another efaxd" + who +
                            ": stop that one first, or name another directory");
    throw StateDirError(quoted(path) + " cannot be locked" + error + ": use a local disk");
}

const std::filesystem::path& checked(const std::filesystem::path& path, InMemory in_memory) {
    check_state_dir(path, in_memory);
    return path;
}

} // namespace

void check_state_dir(const std::filesystem::path& path, InMemory in_memory) {
    check_owner_and_mode(path);
    check_file_system(path, in_memory);
}

std::string_view network_file_system(std::uint64_t magic) { return name_in(network_kinds, magic); }

std::string_view memory_file_system(std::uint64_t magic) { return name_in(memory_kinds, magic); }

Room free_room(const std::filesystem::path& path) {
    struct statvfs facts {};
    if (::statvfs(path.c_str(), &facts) != 0)
        throw StateDirError(quoted(path) + " cannot be examined" + error_number());
    const bool counted = facts.f_files > 0;
    return {std::uint64_t{facts.f_bavail} * facts.f_frsize,
            counted ? std::uint64_t{facts.f_favail} : std::numeric_limits<std::uint64_t>::max()};
}

StateDir::StateDir(std::filesystem::path path, InMemory in_memory)
    : path_(std::move(path)), lock_(lock(checked(path_, in_memory))) {}

StateDir::~StateDir() { ::close(lock_); }

} // namespace efaxd::system
