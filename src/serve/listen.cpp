#include "serve/listen.hpp"

#include <boost/system/system_error.hpp>

#include <array>
#include <cerrno>
#include <system_error>

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace efaxd::serve {

namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;

namespace {

[[noreturn]] void refuse(int error, const std::filesystem::path& path, const std::string& what) {
    throw std::system_error(error, std::generic_category(), "status socket " + path.string() + ": " + what);
}

/// Asks by connecting, without waiting: a full queue of a busy listener counts as one that listens.
bool somebody_listens(const asio::any_io_executor& executor, const std::filesystem::path& path) {
    Protocol::socket probe(executor, Protocol());
    probe.non_blocking(true);
    boost::system::error_code error;
    probe.connect(Protocol::endpoint(path.string()), error);
    if (error == asio::error::connection_refused || error == boost::system::errc::no_such_file_or_directory)
        return false;
    if (error && error != asio::error::would_block && error != asio::error::try_again)
        refuse(error.value(), path, "the socket that is there cannot be tried");
    return true;
}

void clear_the_way(const asio::any_io_executor& executor, const std::filesystem::path& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
        if (errno == ENOENT)
            return;
        refuse(errno, path, "cannot be looked at");
    }
    if (!S_ISSOCK(found.st_mode))
        refuse(EEXIST, path, "a file that is no socket is in the way");
    if (somebody_listens(executor, path))
        refuse(EADDRINUSE, path, "another program listens there");
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        refuse(errno, path, "the old socket cannot be removed");
}

void give_to_group(const std::filesystem::path& path, const std::string& name) {
    if (name.empty())
        return;
    std::array<char, 16384> buffer{};
    group entry{};
    group* found = nullptr;
    if (::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || !found)
        return;
    // Not allowed (we are not in that group): the socket stays with our own group.
    [[maybe_unused]] const int ignored = ::lchown(path.c_str(), static_cast<uid_t>(-1), found->gr_gid);
}

} // namespace

Acceptor listen_at(const asio::any_io_executor& executor, const std::filesystem::path& path,
                   const std::string& group, SocketFile& made) {
    // An empty path would bind to a name of the kernel's choice, one that starts with NUL to no file at all.
    if (path.empty() || path.native().front() == '\0')
        refuse(EINVAL, path, "no path was given");
    if (path.native().size() >= sizeof(sockaddr_un::sun_path))
        refuse(ENAMETOOLONG, path, "the path is too long for a socket");
    clear_the_way(executor, path);

    Acceptor acceptor(executor, Protocol());
    // Linux takes the mode of the file to come from the unbound socket.
    ::fchmod(acceptor.native_handle(), 0600);
    boost::system::error_code error;
    acceptor.bind(Protocol::endpoint(path.string()), error);
    if (error)
        refuse(error.value(), path, "cannot be made");
    struct stat now {};
    if (::lstat(path.c_str(), &now) != 0)
        refuse(errno, path, "cannot be looked at");
    made = {path, now.st_dev, now.st_ino};
    give_to_group(path, group);
    if (::chmod(path.c_str(), 0660) != 0)
        refuse(errno, path, "its mode cannot be set");
    acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        refuse(error.value(), path, "cannot be listened on");
    return acceptor;
}

void remove_file(const SocketFile& made) noexcept {
    struct stat now {};
    if (::lstat(made.path.c_str(), &now) == 0 && now.st_dev == made.device && now.st_ino == made.inode)
        ::unlink(made.path.c_str());
}

} // namespace efaxd::serve
