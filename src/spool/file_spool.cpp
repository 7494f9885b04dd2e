#include "spool/file_spool.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/fault.hpp"

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
constexpr std::uint64_t reserve = 64u << 20;   // left to the ledger, so that it can always free space again
constexpr std::uint64_t look_after = 1u << 20; // bytes written until the reserve is looked at again

/// Ends a failed step. A full disk and a lack of file handles or memory are worth waiting for.
[[noreturn]] void fail(const char* step, int error) {
    if (error == ENOSPC || error == EDQUOT)
        throw Fault(Fault::Kind::passing, "spool.full", "no room is left on the disk for a document");
    if (error == EMFILE || error == ENFILE || error == ENOMEM)
        throw Fault(Fault::Kind::passing, "spool.busy",
                    "the system has no file handle or memory left to open a document");
    throw GroundFault(std::string("a document could not be ") + step + " in the spool (errno " +
                      std::to_string(error) + ")");
}

/// A document that the disk gives back wrongly or not at all harms nobody but itself.
[[noreturn]] void fail_unreadable() {
    throw Fault(Fault::Kind::passing, "spool.unreadable",
                "the document cannot be read from the disk; it is fetched again");
}

/// What a file system answers for one damaged file: the disk failed, its checksum or its structure is wrong.
bool damaged(int error) { return error == EIO || error == EBADMSG || error == EUCLEAN; }

/// A file that is open for as long as this lives.
class Open {
  public:
    Open(Files& files, const std::filesystem::path& path, int flags) : files_(files) {
        do
            file_ = files.open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600);
        while (file_ < 0 && errno == EINTR);
    }
    ~Open() {
        if (file_ >= 0)
            files_.close(file_);
    }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;

    int get() const { return file_; }

    /// A failure of fsync tells that data may be lost, once: it is never asked again.
    void sync() {
        int result = 0;
        do
            result = files_.fsync(file_);
        while (result != 0 && errno == EINTR);
        if (result != 0)
            throw GroundFault("the spool could not be synced to the disk (errno " + std::to_string(errno) +
                              ")");
    }
    /// Linux has closed the file also when it answers EINTR.
    void close() {
        if (files_.close(std::exchange(file_, -1)) != 0 && errno != EINTR)
            fail("written", errno);
    }

  private:
    Files& files_;
    int file_ = -1;
};

void sync_folder(Files& files, const std::filesystem::path& folder) {
    Open open(files, folder, O_RDONLY | O_DIRECTORY);
    if (open.get() < 0)
        fail("synced", errno);
    open.sync();
}

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

void keep_reserve(Files& files, const std::filesystem::path& folder) {
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

class FileWriter : public SpoolWriter {
  public:
    FileWriter(Files& files, FolderSync& folder, Recent& recent, std::filesystem::path path,
               std::uint64_t number)
        : files_(files), folder_(folder), recent_(recent), path_(std::move(path)),
          part_(path_.string() + "." + std::to_string(number) + unfinished),
          file_(files, part_, O_WRONLY | O_CREAT | O_EXCL) {
        if (file_.get() < 0)
            fail("created", errno);
    }
    ~FileWriter() override {
        if (!finished_)
            files_.unlink(part_.c_str());
    }

    void append(std::string_view bytes) override {
        digest_.feed(bytes);
        size_ += bytes.size();
        if (size_ <= recent_.longest())
            copy_ += bytes;
        else
            copy_ = {};
        if (size_ >= look_at_) { // several may grow at once, each to any size
            keep_reserve(files_, path_.parent_path());
            look_at_ = size_ + look_after;
        }
        while (!bytes.empty()) {
            const auto written = files_.write(file_.get(), bytes.data(), bytes.size());
            if (written < 0 && errno != EINTR)
                fail("written", errno);
            if (written == 0) // no progress and no reason: as a full disk
                fail("written", ENOSPC);
            if (written > 0)
                bytes.remove_prefix(static_cast<std::size_t>(written));
        }
    }

    Document finish() override {
        file_.sync();
        file_.close();
        if (files_.rename(part_.c_str(), path_.c_str()) != 0)
            fail("put in place", errno);
        finished_ = true;
        recent_.drop(name());
        folder_.ask();
        Document document{size_, digest_.hex(), MediaType::unknown};
        if (size_ <= recent_.longest())
            recent_.put(name(), std::move(copy_), document.sha256);
        return document;
    }

  private:
    std::string name() const { return path_.filename().string(); }

    Files& files_;
    FolderSync& folder_;
    Recent& recent_;
    std::filesystem::path path_;
    std::filesystem::path part_;
    Open file_;
    crypto::Sha256 digest_;
    std::string copy_; ///< of a small one
    std::uint64_t size_ = 0;
    std::uint64_t look_at_ = look_after;
    bool finished_ = false;
};

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

/// A document that is still in memory, as it was digested when it was written.
class MemoryReader : public SpoolReader {
  public:
    explicit MemoryReader(std::shared_ptr<const std::string> bytes) : bytes_(std::move(bytes)) {}

    std::uint64_t size() const override { return bytes_->size(); }
    std::size_t read(char* buffer, std::size_t most) override {
        const std::size_t count = bytes_->copy(buffer, most, at_);
        at_ += count;
        return count;
    }
    void rewind() override { at_ = 0; }

  private:
    std::shared_ptr<const std::string> bytes_;
    std::size_t at_ = 0;
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

FileSpool::FileSpool(const std::filesystem::path& folder, Files& files, std::size_t recent_bytes)
    : folder_(std::filesystem::absolute(folder)), files_(files), recent_(recent_bytes),
      folder_sync_([this] { sync_folder(files_, folder_); }) {
    make_folder(files_, folder_);
    for (const auto& path : contents(folder_))
        if (path.extension() == unfinished)
            sweep_away(files_, path);
}

std::unique_ptr<SpoolWriter> FileSpool::write(const FaxKey& key) {
    keep_reserve(files_, folder_);
    return std::make_unique<FileWriter>(files_, folder_sync_, recent_, folder_ / name_of(key), ++writers_);
}

std::unique_ptr<SpoolReader> FileSpool::open(const FaxKey& key, const Document& recorded) {
    const std::string name = name_of(key);
    if (auto bytes = recent_.find(name, recorded.sha256); bytes && bytes->size() == recorded.size)
        return std::make_unique<MemoryReader>(std::move(bytes));
    auto file = std::make_unique<Open>(files_, folder_ / name, O_RDONLY);
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
void FileSpool::remove(const FaxKey& key) {
    const std::string name = name_of(key);
    recent_.drop(name);
    unlink_if_there(files_, folder_ / name);
}

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
