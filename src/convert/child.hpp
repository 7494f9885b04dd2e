// One process and the socket that is its input and output.
#pragma once

#include <sys/types.h>

#include <filesystem>

namespace efaxd::convert {

/// A file descriptor, closed at the end.
class Descriptor {
  public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;

    int number() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }
    void close();

  private:
    int number_;
};

/// Killed, if need be, and reaped at the latest when this is destroyed. Used by one thread.
class Child {
  public:
    /// Starts the program without arguments, environment or files but one socket as 0 and 1, and nothing as
    /// 2. Throws Fault `document.converter_failed`.
    explicit Child(const std::filesystem::path& program);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    int socket() const { return socket_.number(); }
    /// Readable once the process has ended.
    int ending() const { return ending_.number(); }
    /// What waitpid says; waits for the end. Throws Fault `document.converter_failed` if nobody knows: a
    /// process that ignores SIGCHLD, perhaps from its own parent on, learns nothing of its children.
    int reap();

  private:
    Descriptor socket_;
    pid_t process_ = -1;
    Descriptor ending_;
};

} // namespace efaxd::convert
