// A program run as a child of the test, its output in files.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace efaxd::daemon {

using Patience = std::chrono::milliseconds;
using Variables = std::vector<std::pair<std::string, std::string>>;

/// Lives until it ends by itself, is killed, or this object goes; it dies with the test in any case. Used by
/// one thread.
class Child {
  public:
    /// Starts `argv` with our environment, without what a service manager may have put in it, and with
    /// `more`. Output is appended to the two files.
    Child(const std::vector<std::string>& argv, const std::filesystem::path& out,
          const std::filesystem::path& err, const Variables& more = {});
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    int pid() const { return pid_; }
    /// Readable once the program has ended: for poll(2).
    int descriptor() const { return descriptor_; }
    void signal(int number) const;
    /// The exit code (128 and the signal's number after a signal), or nothing if it has not ended by then.
    std::optional<int> wait(Patience patience);
    /// Whether it has ended by a signal and left a core.
    bool dumped_core() const { return dumped_core_; }

  private:
    int pid_ = -1;
    int descriptor_ = -1;
    std::optional<int> exit_code_;
    bool dumped_core_ = false;
};

/// The service manager's end of the sd_notify protocol.
class NotifySocket {
  public:
    explicit NotifySocket(std::filesystem::path path);
    ~NotifySocket();
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;

    const std::filesystem::path& path() const { return path_; }
    /// Blocks until a message begins so; false if the child ends or the time is over before that.
    bool wait_for(const std::string& beginning, const Child& child, Patience patience);
    /// What has been heard so far, in order.
    const std::vector<std::string>& heard() const { return heard_; }
    /// What was said until now is heard no more.
    void forget();

  private:
    bool has(const std::string& beginning) const;
    void listen();

    std::filesystem::path path_;
    int socket_;
    std::vector<std::string> heard_;
};

} // namespace efaxd::daemon
