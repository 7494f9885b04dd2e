#include "convert/faults.hpp"

#include "frames/picture_frames.hpp"

#include <sys/wait.h>

#include <csignal>

namespace efaxd::convert {
namespace {

/// Signals that a process brings on itself: by a system call that is not allowed, by broken memory, by too
/// much time. SIGKILL is not among them: the kernel's own choice when memory is short is nobody's picture.
bool is_own_doing(int signal) {
    switch (signal) {
    case SIGSYS:
    case SIGSEGV:
    case SIGBUS:
    case SIGILL:
    case SIGFPE:
    case SIGABRT:
    case SIGTRAP:
    case SIGXCPU:
    case SIGXFSZ:
        return true;
    default:
        return false;
    }
}

} // namespace

Fault unconvertible(const std::string& detail) {
    return {Fault::Kind::lasting, "document.unconvertible", detail};
}

Fault converter_failed(const std::string& detail) {
    return {Fault::Kind::passing, "document.converter_failed", detail};
}

void expect_converted(int status) {
    if (WIFEXITED(status) && WEXITSTATUS(status) == frames::converted)
        return;
    if (WIFEXITED(status) && WEXITSTATUS(status) == frames::unconvertible)
        throw unconvertible("a picture is damaged, of an unknown kind or beyond the limits");
    if (WIFSIGNALED(status) && is_own_doing(WTERMSIG(status)))
        throw unconvertible("a picture made the converter do what it may not");
    if (WIFSIGNALED(status))
        throw converter_failed("the converter was ended from outside");
    throw converter_failed("the converter could not work");
}

} // namespace efaxd::convert
