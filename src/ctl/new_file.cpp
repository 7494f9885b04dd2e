#include "ctl/new_file.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace efaxd::ctl {

namespace {

[[noreturn]] void fail(const std::string& path, const std::string& what) {
    throw NewFileError(path + ' ' + what + ": " + std::generic_category().message(errno));
}

bool sync_folder_of(const std::string& path) {
    const auto parent = std::filesystem::path(path).parent_path();
    const int folder = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = folder >= 0 && ::fsync(folder) == 0;
    if (folder >= 0)
        ::close(folder);
    return synced;
}

} // namespace

NewFile::NewFile(std::string path) : path_(std::move(path)), part_(path_ + ".part") {
    if (::access(path_.c_str(), F_OK) == 0)
        throw NewFileError(path_ + " is there already: name another file, or move it away");
    file_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file_ < 0)
        fail(part_, "cannot be made");
}

NewFile::~NewFile() {
    if (file_ >= 0)
        ::close(file_);
    if (!finished_)
        ::unlink(part_.c_str());
}

void NewFile::append(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file_, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR)
            fail(part_, "cannot be written");
        bytes.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
}

void NewFile::finish() {
    if (::fsync(file_) != 0)
        fail(part_, "cannot be written");
    if (::link(part_.c_str(), path_.c_str()) != 0) // as rename, but never over another file
        fail(path_, "cannot be made");
    finished_ = true;
    ::unlink(part_.c_str());
    if (!sync_folder_of(path_))
        fail(path_, "cannot be written");
}

} // namespace efaxd::ctl
