#include "spool/file.hpp"

#include "efaxd/core/fault.hpp"

#include <fcntl.h>

#include <cerrno>
#include <string>
#include <utility>

namespace efaxd::spool {

void fail(const char* step, int error) {
    if (error == ENOSPC || error == EDQUOT)
        throw Fault(Fault::Kind::passing, "spool.full", "no room is left on the disk for a document");
    if (error == EMFILE || error == ENFILE || error == ENOMEM)
        throw Fault(Fault::Kind::passing, "spool.busy",
                    "the system has no file handle or memory left to open a document");
    throw GroundFault(std::string("a document could not be ") + step + " in the spool (errno " +
                      std::to_string(error) + ")");
}

void fail_unreadable() {
    throw Fault(Fault::Kind::passing, "spool.unreadable",
                "the document cannot be read from the disk; it is fetched again");
}

bool damaged(int error) { return error == EIO || error == EBADMSG || error == EUCLEAN; }

Open::Open(Files& files, const std::filesystem::path& path, int flags) : files_(files) {
    do
        file_ = files.open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600);
    while (file_ < 0 && errno == EINTR);
}

Open::~Open() {
    if (file_ >= 0)
        files_.close(file_);
}

void Open::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = files_.write(file_, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR)
            fail("written", errno);
        if (written == 0) // no progress and no reason: as a full disk
            fail("written", ENOSPC);
        if (written > 0)
            bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void Open::sync() {
    int result = 0;
    do
        result = files_.fsync(file_);
    while (result != 0 && errno == EINTR);
    if (result != 0)
        throw GroundFault("the spool could not be synced to the disk (errno " + std::to_string(errno) + ")");
}

// Linux has closed the file also when it answers EINTR.
void Open::close() {
    if (files_.close(std::exchange(file_, -1)) != 0 && errno != EINTR)
        fail("written", errno);
}

void sync_folder(Files& files, const std::filesystem::path& folder) {
    Open open(files, folder, O_RDONLY | O_DIRECTORY);
    if (open.get() < 0)
        fail("synced", errno);
    open.sync();
}

void keep_reserve(Files& files, const std::filesystem::path& folder) {
    constexpr std::uint64_t reserve = 64u << 20;
    struct statvfs disk {};
    int result = 0;
    do
        result = files.statvfs(folder.c_str(), &disk);
    while (result != 0 && errno == EINTR);
    if (result != 0)
        fail("given room", errno);
    const bool told = disk.f_blocks != 0; // some file systems do not count
    if (told && static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize < reserve)
        fail("given room", ENOSPC);
}

} // namespace efaxd::spool
