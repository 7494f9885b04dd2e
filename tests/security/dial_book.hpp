// Every address this process asks to be connected to, and every name it asks for. Nothing here leaves the
// machine: what is not loopback is refused, and noted all the same.
#pragma once

#include <string>
#include <vector>

namespace efaxd::security {

/// While it lives, notes all connecting of the whole process: `127.0.0.1:8080`, `[::1]:80`, `name evil.test`.
/// One at a time.
class DialBook {
  public:
    DialBook();
    ~DialBook();
    DialBook(const DialBook&) = delete;
    DialBook& operator=(const DialBook&) = delete;

    std::vector<std::string> dialled() const;
};

} // namespace efaxd::security
