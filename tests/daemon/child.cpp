#include "child.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <string_view>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace efaxd::daemon {

namespace {

using Clock = std::chrono::steady_clock;

int milliseconds_until(Clock::time_point end) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(0, left));
}

std::vector<std::string> environment(const Variables& more) {
    std::vector<std::string> lines;
    for (char** line = environ; *line != nullptr; ++line) {
        const std::string_view text = *line;
        const bool managers = text.starts_with("NOTIFY_SOCKET=") || text.starts_with("WATCHDOG_") ||
                              text.starts_with("CREDENTIALS_DIRECTORY=") ||
                              text.starts_with("JOURNAL_STREAM=");
        if (!managers)
            lines.emplace_back(text);
    }
    for (const auto& [name, value] : more)
        lines.push_back(name + '=' + value);
    return lines;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    all.reserve(texts.size() + 1);
    for (std::string& text : texts)
        all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

std::system_error error(const char* what) { return {errno, std::generic_category(), what}; }

} // namespace

Child::Child(const std::vector<std::string>& argv, const std::filesystem::path& out,
             const std::filesystem::path& err, const Variables& more) {
    auto words = argv;
    auto lines = environment(more);
    const auto word_pointers = pointers(words);
    const auto line_pointers = pointers(lines);
    const std::string out_name = out.string();
    const std::string err_name = err.string();
    pid_ = ::fork();
    if (pid_ < 0)
        throw error("fork");
    if (pid_ == 0) { // only what is safe between fork and exec of a process with threads
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        constexpr int flags = O_WRONLY | O_CREAT | O_APPEND;
        if (::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO) < 0 ||
            ::dup2(::open(out_name.c_str(), flags, 0600), STDOUT_FILENO) < 0 ||
            ::dup2(::open(err_name.c_str(), flags, 0600), STDERR_FILENO) < 0)
            ::_exit(126);
        ::execve(word_pointers[0], word_pointers.data(), line_pointers.data());
        ::_exit(127);
    }
    // The C library declares pidfd_open without C linkage.
    descriptor_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    if (descriptor_ < 0)
        throw error("pidfd_open");
}

Child::~Child() {
    if (!exit_code_) {
        signal(SIGKILL);
        wait(std::chrono::seconds{10});
    }
    ::close(descriptor_);
}

void Child::signal(int number) const {
    if (!exit_code_)
        ::kill(pid_, number);
}

std::optional<int> Child::wait(Patience patience) {
    if (exit_code_)
        return exit_code_;
    const auto end = Clock::now() + patience;
    pollfd ended{descriptor_, POLLIN, 0};
    int ready = 0;
    do
        ready = ::poll(&ended, 1, milliseconds_until(end));
    while (ready < 0 && errno == EINTR);
    int status = 0;
    if (ready <= 0 || ::waitpid(pid_, &status, 0) != pid_)
        return std::nullopt;
    dumped_core_ = WIFSIGNALED(status) && WCOREDUMP(status);
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return exit_code_;
}

NotifySocket::NotifySocket(std::filesystem::path path)
    : path_(std::move(path)), socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    const std::string name = path_.string();
    if (name.size() >= sizeof at.sun_path)
        throw std::length_error("the path of a socket is too long");
    std::memcpy(at.sun_path, name.data(), name.size());
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0)
        throw error("bind");
}

NotifySocket::~NotifySocket() { ::close(socket_); }

bool NotifySocket::has(const std::string& beginning) const {
    return std::ranges::any_of(heard_, [&](const auto& one) { return one.starts_with(beginning); });
}

void NotifySocket::listen() {
    std::array<char, 4096> text{};
    for (ssize_t got = 0; (got = ::recv(socket_, text.data(), text.size(), MSG_DONTWAIT)) >= 0;)
        heard_.emplace_back(text.data(), static_cast<std::size_t>(got));
}

void NotifySocket::forget() {
    listen();
    heard_.clear();
}

bool NotifySocket::wait_for(const std::string& beginning, const Child& child, Patience patience) {
    const auto end = Clock::now() + patience;
    while (true) {
        listen();
        if (has(beginning))
            return true;
        std::array<pollfd, 2> news{pollfd{socket_, POLLIN, 0}, pollfd{child.descriptor(), POLLIN, 0}};
        const int ready = ::poll(news.data(), news.size(), milliseconds_until(end));
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0 || news[1].revents != 0) {
            listen(); // its last words
            return has(beginning);
        }
    }
}

} // namespace efaxd::daemon
