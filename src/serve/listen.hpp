// The socket file: made safely, and removed only while it is still ours.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <filesystem>
#include <string>

#include <sys/types.h>

namespace efaxd::serve {

using Acceptor = boost::asio::local::stream_protocol::acceptor;

/// Which file was made: a path can be given to another file behind our back.
struct SocketFile {
    std::filesystem::path path;
    dev_t device = 0;
    ino_t inode = 0;
};

/// Replaces a socket file nobody listens on, binds, gives the file to the group (if that can be done) with
/// mode 0660, and only then listens: at no time could anybody else have connected. Throws std::system_error
/// naming the path: something listens there already, or the path is no socket.
Acceptor listen_at(const boost::asio::any_io_executor& executor, const std::filesystem::path& path,
                   const std::string& group, SocketFile& made);

/// Removes the file if it is the one we made. Never throws.
void remove_file(const SocketFile& made) noexcept;

} // namespace efaxd::serve
