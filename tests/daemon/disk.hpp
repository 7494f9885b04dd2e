// The disk under a program's state directory, which fails when told to.
#pragma once

#include "child.hpp"
#include "fakes/temp_dir.hpp"
#include "shim/disk_control.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace efaxd::daemon {

/// What is to fail: the nth call of those kinds, with that errno (0: a write does half of its work); once, or
/// all from then on.
struct DiskFault {
    std::uint32_t kinds = shim::all_kinds;
    int error = 0;
    bool for_good = false;
    std::uint64_t nth = 1;

    std::string text() const;
};

/// Means the files below one folder, in programs that are started with `variables`.
class Disk {
  public:
    explicit Disk(const std::filesystem::path& under);
    ~Disk();
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;

    Variables variables() const;

    /// Counts from here on.
    void fail(const DiskFault& fault);
    void heal();
    std::uint64_t failed() const { return control_->failed; }
    std::uint64_t calls() const { return control_->calls; }

  private:
    fakes::TempDir folder_;
    shim::DiskControl* control_;
};

} // namespace efaxd::daemon
