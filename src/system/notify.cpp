#include "system/notify.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace efaxd::system {
namespace {

std::string environment(const char* name) {
    const char* const value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): nobody writes to it
    return value ? value : "";
}

std::optional<std::int64_t> positive(const std::string& text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number <= 0)
        return std::nullopt;
    return number;
}

std::optional<std::chrono::microseconds> wanted_watchdog() {
    const auto interval = positive(environment("WATCHDOG_USEC"));
    const std::string watched = environment("WATCHDOG_PID");
    if (!interval || (!watched.empty() && positive(watched) != std::int64_t{::getpid()}))
        return std::nullopt;
    return std::chrono::microseconds{*interval};
}

bool usable(const std::string& address) {
    return address.size() > 1 && address.size() < sizeof(sockaddr_un::sun_path) &&
           (address[0] == '/' || address[0] == '@');
}

std::int64_t monotonic_microseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

} // namespace

Notifier::Notifier() : address_(environment("NOTIFY_SOCKET")), watchdog_interval_(wanted_watchdog()) {
    if (!usable(address_))
        return;
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    constexpr timeval patience{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

Notifier::~Notifier() {
    if (socket_ >= 0)
        ::close(socket_);
}

bool Notifier::ready() const { return send("READY=1"); }

bool Notifier::status(std::string_view line) const {
    std::string message = "STATUS=";
    for (const char c : line)
        message += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    return send(message);
}

bool Notifier::reloading() const {
    return send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_microseconds()));
}

bool Notifier::stopping() const { return send("STOPPING=1"); }

bool Notifier::watchdog() const { return send("WATCHDOG=1"); }

bool Notifier::send(const std::string& message) const {
    if (socket_ < 0)
        return false;
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::copy(address_.begin(), address_.end(), to.sun_path);
    if (to.sun_path[0] ==
        '@') // an abstract address begins with a zero byte and is as long as it is said to be
        to.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    const auto sent = ::sendto(socket_, message.data(), message.size(), MSG_NOSIGNAL,
                               reinterpret_cast<const sockaddr*>(&to), length);
    return sent == static_cast<ssize_t>(message.size());
}

} // namespace efaxd::system
