#include "spool/file_spool.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/fault.hpp"
#include "spool/document_writer.hpp"
#include "spool/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace efaxd::spool {
namespace {

constexpr auto unfinished = ".part";
constexpr std::size_t name_length = 64;

/// True if there was such a file.
bool unlink_if_there(Files& files, const std::filesystem::path& path) {
    if (files.unlink(path.c_str()) == 0)
        return true;
    if (damaged(errno))
        throw Fault(Fault::Kind::passing, "spool.unreadable",
                    "the document cannot be removed from the disk; it is tried again");
    if (errno != ENOENT)
        throw GroundFault("a document could not be removed from the spool (errno " + std::to_string(errno) +
                          ")");
    return false;
}

/// Leaves what is damaged where it is: a leftover is no reason not to start.
bool sweep_away(Files& files, const std::filesystem::path& path) {
    try {
        return unlink_if_there(files, path);
    } catch (const Fault&) {
        return false;
    }
}

class FileReader : public SpoolReader {
  public:
    FileReader(Files& files, std::unique_ptr<Open> file, Document recorded)
        : files_(files), file_(std::move(file)), size_(recorded.size), sha256_(std::move(recorded.sha256)),
          digest_(std::in_place) {}

    std::uint64_t size() const override { return size_; }

    std::size_t read(char* buffer, std::size_t most) override {
        std::size_t filled = 0;
        most = static_cast<std::size_t>(std::min<std::uint64_t>(most, size_ - at_));
        while (filled < most) {
            const auto got = files_.read(file_->get(), buffer + filled, most - filled);
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0) // 0: it became shorter
                fail_unreadable();
            filled += static_cast<std::size_t>(got);
        }
        at_ += filled;
        check({buffer, filled});
        return filled;
    }

    void rewind() override {
        if (::lseek(file_->get(), 0, SEEK_SET) != 0)
            fail_unreadable();
        at_ = 0;
        digest_.emplace();
    }

  private:
    /// Keeps the last bytes back if the whole is not what was stored.
    void check(std::string_view bytes) {
        if (!digest_) {
            if (wrong_)
                fail_unreadable();
            return;
        }
        digest_->feed(bytes);
        if (at_ < size_)
            return;
        wrong_ = !sha256_.empty() && digest_->hex() != sha256_;
        digest_.reset();
        if (wrong_)
            fail_unreadable();
    }

    Files& files_;
    std::unique_ptr<Open> file_;
    std::uint64_t size_;
    std::string sha256_;
    std::uint64_t at_ = 0;
    std::optional<crypto::Sha256> digest_; ///< none once the end was reached
    bool wrong_ = false;
};

void make_folder(Files& files, const std::filesystem::path& folder) {
    if (::mkdir(folder.c_str(), 0700) == 0)
        sync_folder(files, folder.parent_path());
    else if (errno != EEXIST)
        throw GroundFault("the spool folder could not be made (errno " + std::to_string(errno) + ")");
    struct stat facts {};
    if (::lstat(folder.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode))
        throw GroundFault("the spool is no folder");
    if ((facts.st_mode & 0777u) != 0700 && ::chmod(folder.c_str(), 0700) != 0)
        throw GroundFault("the spool folder could not be made private (errno " + std::to_string(errno) + ")");
}

std::vector<std::filesystem::path> contents(const std::filesystem::path& folder) {
    try {
        std::vector<std::filesystem::path> found;
        for (const auto& item : std::filesystem::directory_iterator(folder))
            found.push_back(item.path());
        return found;
    } catch (const std::filesystem::filesystem_error& error) {
        throw GroundFault("the spool folder could not be read (errno " +
                          std::to_string(error.code().value()) + ")");
    }
}

bool is_name(std::string_view name) {
    return name.size() == name_length && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

} // namespace

FileSpool::FileSpool(const std::filesystem::path& folder, Files& files, std::size_t memory)
    : folder_(std::filesystem::absolute(folder)), files_(files), memory_(memory),
      folder_sync_([this] { sync_folder(files_, folder_); }) {
    make_folder(files_, folder_);
    for (const auto& path : contents(folder_))
        if (path.extension() == unfinished)
            sweep_away(files_, path);
}

std::unique_ptr<SpoolWriter> FileSpool::write(const FaxKey& key) {
    keep_reserve(files_, folder_);
    const auto path = folder_ / name_of(key);
    return std::make_unique<DocumentWriter>(DocumentWriter::Shared{files_, folder_sync_, memory_}, path,
                                            path.string() + "." + std::to_string(++writers_) + unfinished);
}

std::unique_ptr<SpoolReader> FileSpool::open(const FaxKey& key, const Document& recorded) {
    auto file = std::make_unique<Open>(files_, folder_ / name_of(key), O_RDONLY);
    if (file->get() < 0) {
        if (errno == ENOENT || errno == ELOOP)
            return nullptr;
        if (damaged(errno))
            fail_unreadable();
        fail("opened", errno);
    }
    struct stat facts {};
    if (::fstat(file->get(), &facts) != 0)
        fail_unreadable();
    if (!S_ISREG(facts.st_mode) || static_cast<std::uint64_t>(facts.st_size) != recorded.size)
        return nullptr;
    return std::make_unique<FileReader>(files_, std::move(file), recorded);
}

// Not synced: a file that a power cut brings back is swept or written over.
void FileSpool::remove(const FaxKey& key) { unlink_if_there(files_, folder_ / name_of(key)); }

std::string FileSpool::name_of(const FaxKey& key) {
    return crypto::sha256_hex(key.project + '\0' + key.fax_id);
}

std::size_t FileSpool::sweep(const std::function<bool(std::string_view)>& wanted) {
    std::size_t removed = 0;
    for (const auto& path : contents(folder_)) {
        const std::string name = path.filename().string();
        if (is_name(name) && !wanted(name) && sweep_away(files_, path))
            ++removed;
    }
    return removed;
}

} // namespace efaxd::spool
