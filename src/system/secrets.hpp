// Reads secrets from where the administrator put them.
#pragma once

#include <stdexcept>
#include <string>

namespace efaxd::system {

/// The sentence names the source and what to do, never the value.
struct SecretError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The disk or the system failed while it was read: nothing is wrong with it, and later it may be had.
struct SecretUnread : SecretError {
    using SecretError::SecretError;
};

enum class SecretFrom {
    credential, ///< a file of that name in `$CREDENTIALS_DIRECTORY` (systemd LoadCredential=)
    file,       ///< a path
    env,        ///< an environment variable
};

/// The secret without one line break at its end. Throws SecretError if it is missing, empty, longer than
/// 64 KiB, holds a zero byte, or lies in a file that others can read: anybody, or a group that is neither
/// root, `efaxd` nor our own.
std::string read_secret(SecretFrom from, const std::string& name);

/// Overwrites a secret that is needed no longer, and empties it.
void wipe(std::string& secret);

} // namespace efaxd::system
