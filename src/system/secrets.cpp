#include "system/secrets.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <vector>

namespace efaxd::system {
namespace {

constexpr std::size_t longest = 64 << 10;

std::optional<gid_t> efaxd_group() {
    struct group entry {};
    struct group* found = nullptr;
    std::vector<char> buffer(16 << 10);
    if (::getgrnam_r("efaxd", &entry, buffer.data(), buffer.size(), &found) != 0 || !found)
        return std::nullopt;
    return found->gr_gid;
}

bool trusted_group(gid_t group) { return group == 0 || group == ::getegid() || group == efaxd_group(); }

class File {
  public:
    // Not blocking, so that a pipe in the place of a file cannot hold us up.
    explicit File(const std::string& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    ~File() {
        if (file_ >= 0)
            ::close(file_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    int get() const { return file_; }

  private:
    int file_;
};

void check_mode(const struct stat& facts, const std::string& path) {
    if (!S_ISREG(facts.st_mode))
        throw SecretError("secret file '" + path + "' is no regular file");
    const bool for_all = (facts.st_mode & 0007u) != 0;
    const bool for_strange_group = (facts.st_mode & 0070u) != 0 && !trusted_group(facts.st_gid);
    if (for_all || for_strange_group)
        throw SecretError("secret file '" + path + "' can be read by others: run 'chmod 0400 " + path + "'");
}

/// Reads one byte more than allowed, so that too much shows.
std::string read_whole(int file, const std::string& path) {
    std::string text(longest + 1, '\0');
    std::size_t filled = 0;
    while (filled < text.size()) {
        const auto got = ::read(file, text.data() + filled, text.size() - filled);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            const int error = errno;
            wipe(text);
            throw SecretUnread("secret file '" + path + "' cannot be read (errno " + std::to_string(error) +
                               ")");
        }
        if (got == 0)
            break;
        filled += static_cast<std::size_t>(got);
    }
    std::string secret = text.substr(0, filled);
    wipe(text);
    return secret;
}

[[noreturn]] void cannot_open(const std::string& path, int error) {
    const std::string what =
        "secret file '" + path + "' cannot be opened (errno " + std::to_string(error) + ")";
    switch (error) {
    case ENOENT:
        throw SecretError("secret file '" + path + "' does not exist");
    case EIO:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EINTR:
    case ESTALE:
    case ETIMEDOUT:
        throw SecretUnread(what);
    default:
        throw SecretError(what + ": efaxd's user must be able to read it");
    }
}

std::string read_file(const std::string& path) {
    const File file(path);
    if (file.get() < 0)
        cannot_open(path, errno);
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0)
        throw SecretUnread("secret file '" + path + "' cannot be examined (errno " + std::to_string(errno) +
                           ")");
    check_mode(facts, path);
    return read_whole(file.get(), path);
}

std::string read_credential(const std::string& name) {
    const char* const folder = std::getenv("CREDENTIALS_DIRECTORY"); // NOLINT(concurrency-mt-unsafe)
    if (!folder || !*folder)
        throw SecretError("credential '" + name +
                          "' was not passed: start efaxd by systemd with LoadCredential=, or use 'file'");
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos)
        throw SecretError("'" + name + "' is no name of a credential");
    return read_file(std::string(folder) + "/" + name);
}

std::string read_variable(const std::string& name) {
    const char* const value = std::getenv(name.c_str()); // NOLINT(concurrency-mt-unsafe)
    if (!value)
        throw SecretError("environment variable '" + name + "' is not set");
    return value;
}

std::string read_raw(SecretFrom from, const std::string& name) {
    switch (from) {
    case SecretFrom::credential:
        return read_credential(name);
    case SecretFrom::file:
        return read_file(name);
    case SecretFrom::env:
        return read_variable(name);
    }
    throw SecretError("a secret's source is unknown");
}

void strip_line_break(std::string& secret) {
    if (secret.empty() || secret.back() != '\n')
        return;
    secret.pop_back();
    if (!secret.empty() && secret.back() == '\r')
        secret.pop_back();
}

} // namespace

std::string read_secret(SecretFrom from, const std::string& name) {
    std::string secret = read_raw(from, name);
    const auto refuse = [&](const char* why) {
        wipe(secret);
        throw SecretError("the secret in '" + name + "' " + why);
    };
    if (secret.size() > longest)
        refuse("is longer than 64 KiB");
    strip_line_break(secret);
    if (secret.empty())
        refuse("is empty");
    if (secret.find('\0') != std::string::npos)
        refuse("holds a zero byte");
    return secret;
}

void wipe(std::string& secret) {
    ::explicit_bzero(secret.data(), secret.size());
    secret.clear();
}

} // namespace efaxd::system
