// One open file or folder of the spool, and what its failures mean.
#pragma once

#include "spool/files.hpp"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace efaxd::spool {

/// Ends a failed step, told as a participle. A full disk and a lack of file handles or memory are worth
/// waiting for (Fault `spool.full`, `spool.busy`); everything else is a GroundFault.
[[noreturn]] void fail(const char* step, int error);

/// A document that the disk gives back wrongly or not at all harms nobody but itself.
[[noreturn]] void fail_unreadable();

/// What a file system answers for one damaged file: the disk failed, its checksum or its structure is wrong.
bool damaged(int error);

/// A file that is open for as long as this lives. Follows no link.
class Open {
  public:
    /// `get` is below 0, and errno says why, if it could not be opened.
    Open(Files& files, const std::filesystem::path& path, int flags);
    ~Open();
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;

    int get() const { return file_; }

    void write(std::string_view bytes);
    /// A failure of fsync tells that data may be lost, once: it is never asked again.
    void sync();
    void close();

  private:
    Files& files_;
    int file_ = -1;
};

void sync_folder(Files& files, const std::filesystem::path& folder);

/// Throws `spool.full` when less than 64 MiB are free: they are left to the ledger, so that it can always
/// record what frees space again.
void keep_reserve(Files& files, const std::filesystem::path& folder);

} // namespace efaxd::spool
