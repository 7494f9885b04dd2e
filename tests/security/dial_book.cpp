#include "security/dial_book.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <dlfcn.h>
#include <mutex>
#include <netdb.h>
#include <netinet/in.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace efaxd::security {

namespace {

std::mutex mutex;
bool noting = false;
std::vector<std::string> noted;

void note(std::string what) {
    const std::lock_guard lock(mutex);
    if (noting)
        noted.push_back(std::move(what));
}

/// Empty for what is no Internet address.
std::string address_in(const sockaddr* address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (address->sa_family == AF_INET) {
        const auto* const v4 = reinterpret_cast<const sockaddr_in*>(address);
        ::inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
        return std::string(text) + ":" + std::to_string(ntohs(v4->sin_port));
    }
    if (address->sa_family != AF_INET6)
        return {};
    const auto* const v6 = reinterpret_cast<const sockaddr_in6*>(address);
    ::inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
    return "[" + std::string(text) + "]:" + std::to_string(ntohs(v6->sin6_port));
}

} // namespace

DialBook::DialBook() {
    const std::lock_guard lock(mutex);
    noting = true;
    noted.clear();
}

DialBook::~DialBook() {
    const std::lock_guard lock(mutex);
    noting = false;
}

std::vector<std::string> DialBook::dialled() const {
    const std::lock_guard lock(mutex);
    return noted;
}

} // namespace efaxd::security

// These two stand before those of the C library for the whole process, libcurl included.

extern "C" int connect(int socket, const sockaddr* address, socklen_t size) {
    const std::string to = efaxd::security::address_in(address);
    if (!to.empty()) {
        efaxd::security::note(to);
        if (!to.starts_with("127.") && !to.starts_with("[::1]:")) {
            errno = ENETUNREACH;
            return -1;
        }
    }
    return static_cast<int>(::syscall(SYS_connect, socket, address, size));
}

extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
    const std::string_view asked = name ? name : "";
    efaxd::security::note("name " + std::string(asked));
    const bool numeric = !asked.empty() && asked.find_first_not_of("0123456789abcdef.:") == asked.npos;
    if (!asked.empty() && asked != "localhost" && !numeric)
        return EAI_NONAME;
    using Real = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
    static const auto real = reinterpret_cast<Real>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    return real(name, service, hints, found);
}
