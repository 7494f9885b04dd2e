// The state directory: is it fit to carry a ledger, and is it ours alone?
#pragma once

#include "efaxd/core/fault.hpp"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace efaxd::system {

/// The sentence says what is wrong with the directory and what to do about it.
struct StateDirError : GroundFault {
    using GroundFault::GroundFault;
};

/// Another efaxd is at work in the directory.
struct StateDirInUse : StateDirError {
    using StateDirError::StateDirError;
};

/// Kinds of file systems that hold nothing across a restart; only tests may stand on them.
enum class InMemory { refused, allowed };

/// Throws StateDirError unless the directory exists, belongs to us, can be written, is closed to others
/// (0750 at the most), and lies on a file system that keeps its promises. Changes nothing.
void check_state_dir(const std::filesystem::path& path, InMemory in_memory = InMemory::refused);

/// Name of the kind of file system, by the magic number of statfs(2), if a ledger must not lie on it: network
/// file systems, whose locks and syncs cannot be trusted. Empty for every other.
std::string_view network_file_system(std::uint64_t magic);
/// The same for those that live in memory.
std::string_view memory_file_system(std::uint64_t magic);

/// What we may still write.
struct Room {
    std::uint64_t bytes;
    std::uint64_t files; ///< the greatest number where the file system does not count them
};
/// Throws StateDirError.
Room free_room(const std::filesystem::path& path);

/// Holds the state directory for this process: a lock on the file `lock` in it, which the kernel gives free
/// when the process ends, however it ends.
class StateDir {
  public:
    /// Checks, then locks. Throws StateDirError, StateDirInUse.
    explicit StateDir(std::filesystem::path path, InMemory in_memory = InMemory::refused);
    ~StateDir();
    StateDir(const StateDir&) = delete;
    StateDir& operator=(const StateDir&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path spool() const { return path_ / "spool"; }

  private:
    std::filesystem::path path_;
    int lock_;
};

} // namespace efaxd::system
