#include "system/small_file.hpp"

#include "efaxd/core/fault.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <utility>

namespace efaxd::system {
namespace {

constexpr std::size_t longest = 4096;

template <class Call>
auto uninterrupted(const Call& call) {
    auto result = call();
    while (result < 0 && errno == EINTR)
        result = call();
    return result;
}

[[noreturn]] void fail(const std::filesystem::path& path, const char* step) {
    const int error = errno;
    if (error == ENOSPC || error == EDQUOT)
        throw Fault(Fault::Kind::passing, "ledger.full", "no room is left on the disk beside the ledger");
    throw GroundFault("the file '" + path.filename().string() + "' in state_dir cannot be " + step +
                      " (errno " + std::to_string(error) + ")");
}

class File {
  public:
    File(const std::filesystem::path& path, int flags)
        : file_(uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600); })) {}
    ~File() {
        if (file_ >= 0)
            ::close(file_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    int get() const { return file_; }
    /// Never asked again once it failed.
    bool sync() const {
        return uninterrupted([&] { return ::fsync(file_); }) == 0;
    }

  private:
    int file_;
};

void write_all(const File& file, std::string_view text, const std::filesystem::path& path) {
    while (!text.empty()) {
        const auto written = uninterrupted([&] { return ::write(file.get(), text.data(), text.size()); });
        if (written <= 0)
            fail(path, "written");
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

} // namespace

std::optional<std::string> read_small_file(const std::filesystem::path& path) {
    const File file(path, O_RDONLY | O_NONBLOCK);
    if (file.get() < 0 && errno == ENOENT)
        return std::nullopt;
    std::string text(longest, '\0');
    const auto got =
        file.get() < 0 ? -1 : uninterrupted([&] { return ::read(file.get(), text.data(), text.size()); });
    if (got < 0)
        fail(path, "read");
    text.resize(static_cast<std::size_t>(got));
    return text;
}

void replace_small_file(const std::filesystem::path& path, const std::string& text) {
    const std::filesystem::path fresh = path.string() + ".new";
    {
        const File file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
        if (file.get() < 0)
            fail(path, "made");
        write_all(file, text, path);
        if (!file.sync())
            fail(path, "synced");
    }
    if (::rename(fresh.c_str(), path.c_str()) != 0)
        fail(path, "put in place");
    const File folder(path.parent_path(), O_RDONLY | O_DIRECTORY);
    if (folder.get() < 0 || !folder.sync())
        fail(path, "synced");
}

} // namespace efaxd::system
