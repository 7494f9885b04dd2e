#include "convert/child.hpp"

#include "convert/faults.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>
#include <utility>

namespace efaxd::convert {
namespace {

void expect(bool good) {
    if (!good)
        throw converter_failed("the converter could not be started");
}

class Actions {
  public:
    explicit Actions(int socket) {
        expect(::posix_spawn_file_actions_init(&actions_) == 0);
        expect(::posix_spawn_file_actions_adddup2(&actions_, socket, STDIN_FILENO) == 0 &&
               ::posix_spawn_file_actions_adddup2(&actions_, STDIN_FILENO, STDOUT_FILENO) == 0 &&
               ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
               ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1) == 0);
    }
    ~Actions() { ::posix_spawn_file_actions_destroy(&actions_); }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;

    const posix_spawn_file_actions_t* get() const { return &actions_; }

  private:
    posix_spawn_file_actions_t actions_{};
};

/// Signals as at the start of a program: our thread may block some, and ignores SIGPIPE.
class Attributes {
  public:
    Attributes() {
        sigset_t none;
        sigset_t all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        expect(::posix_spawnattr_init(&attributes_) == 0);
        expect(::posix_spawnattr_setsigmask(&attributes_, &none) == 0 &&
               ::posix_spawnattr_setsigdefault(&attributes_, &all) == 0 &&
               ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0);
    }
    ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;

    const posix_spawnattr_t* get() const { return &attributes_; }

  private:
    posix_spawnattr_t attributes_{};
};

pid_t spawn(const std::filesystem::path& program, int socket) {
    const Actions actions(socket);
    const Attributes attributes;
    std::string name = program.string();
    char* const arguments[] = {name.data(), nullptr};
    char* const environment[] = {nullptr};
    pid_t process = -1;
    expect(::posix_spawn(&process, name.c_str(), actions.get(), attributes.get(), arguments, environment) ==
           0);
    return process;
}

// The C library's own header for these two is not for C++ in Debian 12.
int open_ending(pid_t process) { return static_cast<int>(::syscall(SYS_pidfd_open, process, 0)); }

void kill_by(const Descriptor& ending) {
    ::syscall(SYS_pidfd_send_signal, ending.number(), SIGKILL, nullptr, 0);
}

std::optional<int> wait_for(pid_t process) {
    int status = 0;
    while (::waitpid(process, &status, 0) < 0)
        if (errno != EINTR)
            return std::nullopt;
    return status;
}

} // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}

void Descriptor::close() {
    if (number_ >= 0)
        ::close(std::exchange(number_, -1));
}

Child::Child(const std::filesystem::path& program) {
    int ends[2];
    expect(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    socket_ = Descriptor(ends[0]);
    const Descriptor theirs(ends[1]);
    process_ = spawn(program, theirs.number());
    ending_ = Descriptor(open_ending(process_));
    if (!ending_) {
        ::kill(process_, SIGKILL);
        wait_for(process_);
        expect(false);
    }
}

Child::~Child() {
    if (process_ < 0)
        return;
    kill_by(ending_);
    wait_for(process_);
}

int Child::reap() {
    const auto status = wait_for(std::exchange(process_, -1));
    if (!status)
        throw converter_failed("it is not known how the converter ended");
    return *status;
}

} // namespace efaxd::convert
