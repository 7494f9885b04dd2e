// What a test and the shim inside the program under test agree on: memory that both have mapped.
#pragma once

#include <atomic>
#include <cstdint>

namespace efaxd::shim {

/// Name of the environment variable that tells the shim where the memory lies, as a file.
inline constexpr auto disk_control_variable = "EFAXD_TEST_DISK";

/// Kinds of system calls, as bits.
enum Kind : std::uint32_t {
    opens = 1u << 0,  ///< open, openat
    reads = 1u << 1,  ///< read, pread
    writes = 1u << 2, ///< write, pwrite
    syncs = 1u << 3,  ///< fsync, fdatasync
    closes = 1u << 4,
    renames = 1u << 5,
    removes = 1u << 6,   ///< unlink
    truncates = 1u << 7, ///< ftruncate
    folders = 1u << 8,   ///< mkdir
    looks = 1u << 9,     ///< stat, lstat, fstat
    measures = 1u << 10, ///< statvfs
    maps = 1u << 11,     ///< mmap of a file
    locks = 1u << 12,    ///< flock
    creates = 1u << 13,  ///< open of a file that is not there yet
    all_kinds = (1u << 14) - 1,
};

/// All zero: nothing fails.
struct DiskControl {
    char under[1024];                  ///< only files whose path begins so are meant
    std::atomic<std::uint32_t> kinds;  ///< the calls that are counted
    std::atomic<std::uint64_t> calls;  ///< so many were counted
    std::atomic<std::uint64_t> nth;    ///< the one to fail; 0: none
    std::atomic<std::uint64_t> failed; ///< so many failed
    std::atomic<std::int32_t> error;   ///< errno; 0: the call does half of what it should (writes only)
    std::atomic<bool> for_good;        ///< all later ones fail too
};

} // namespace efaxd::shim
