#include "disk.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace efaxd::daemon {

namespace {

shim::DiskControl* map_control(const std::filesystem::path& file) {
    const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    const bool sized = made >= 0 && ::ftruncate(made, sizeof(shim::DiskControl)) == 0;
    void* const memory =
        sized ? ::mmap(nullptr, sizeof(shim::DiskControl), PROT_READ | PROT_WRITE, MAP_SHARED, made, 0)
              : MAP_FAILED;
    ::close(made);
    if (memory == MAP_FAILED)
        throw std::runtime_error("the control of the disk cannot be mapped");
    return static_cast<shim::DiskControl*>(memory);
}

std::string inherited(const char* variable) {
    const char* const value = std::getenv(variable);
    return value ? value : "";
}

} // namespace

std::string DiskFault::text() const {
    const std::string what = error == 0 ? "short write" : std::strerror(error);
    return what + ", call " + std::to_string(nth) + (for_good ? " and all later ones" : "") + ", kinds " +
           std::to_string(kinds);
}

Disk::Disk(const std::filesystem::path& under) : control_(map_control(folder_.path() / "control")) {
    const std::string path = under.string();
    if (path.size() >= sizeof control_->under)
        throw std::runtime_error("the folder's path is too long");
    std::memcpy(control_->under, path.c_str(), path.size() + 1);
}

Disk::~Disk() { ::munmap(control_, sizeof *control_); }

// A sanitizer's runtime wants to be the first library; standing behind ours does it no harm.
Variables Disk::variables() const {
    return {{"LD_PRELOAD", EFAXD_DISK_SHIM},
            {shim::disk_control_variable, (folder_.path() / "control").string()},
            {"ASAN_OPTIONS", inherited("ASAN_OPTIONS") + ":verify_asan_link_order=0"}};
}

void Disk::fail(const DiskFault& fault) {
    heal();
    control_->kinds = fault.kinds;
    control_->error = fault.error;
    control_->for_good = fault.for_good;
    control_->calls = 0;
    control_->failed = 0;
    control_->nth = fault.nth;
}

void Disk::heal() { control_->nth = 0; }

} // namespace efaxd::daemon
