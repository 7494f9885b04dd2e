// A door of either kind of the test's own, with the loop thread behind it.
#pragma once

#include "fakes/temp_dir.hpp"
#include "serve/door.hpp"
#include "serve/tcp_door.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace efaxd::serve {

class Loop {
  public:
    Loop() : work_(context_.get_executor()), thread_([this] { context_.run(); }) {}
    ~Loop() { stop(); }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    boost::asio::any_io_executor executor() { return context_.get_executor(); }
    void stop() {
        work_.reset();
        context_.stop();
        if (thread_.joinable())
            thread_.join();
    }

  private:
    boost::asio::io_context context_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::thread thread_;
};

class OpenDoor {
  public:
    using Options = DoorOptions;

    explicit OpenDoor(std::vector<Route> routes, DoorOptions options = {}, bool may_change = true) {
        options.socket = socket();
        door = std::make_unique<Door>(loop.executor(), options, std::move(routes),
                                      [may_change](const Question&) { return may_change; });
    }

    std::filesystem::path socket() const { return folder.path() / "efaxd.sock"; }
    std::filesystem::path place() const { return socket(); } ///< for a RawClient

    fakes::TempDir folder;
    Loop loop;
    std::unique_ptr<Door> door;
};

class OpenTcpDoor {
  public:
    using Options = TcpDoorOptions;

    explicit OpenTcpDoor(std::vector<Route> routes, TcpDoorOptions options = {})
        : door(std::make_unique<TcpDoor>(loop.executor(), std::move(options), std::move(routes))),
          port(door->port()) {}

    int place() const { return port; } ///< for a RawClient

    Loop loop;
    std::unique_ptr<TcpDoor> door;
    int port;
};

} // namespace efaxd::serve
