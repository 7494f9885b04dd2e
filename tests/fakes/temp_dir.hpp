// A folder of a test's own, gone when the test ends.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace efaxd::fakes {

class TempDir {
  public:
    /// `quick`: in memory where the machine has such a place, for tests that sync very often and cut no real
    /// power.
    enum class Where { disk, quick };

    explicit TempDir(Where where = Where::disk) {
        const std::filesystem::path memory = "/dev/shm";
        const bool quick = where == Where::quick && ::access(memory.c_str(), W_OK) == 0;
        std::string pattern =
            ((quick ? memory : std::filesystem::temp_directory_path()) / "efaxd-test-XXXXXX").string();
        if (!::mkdtemp(pattern.data()))
            throw std::runtime_error("mkdtemp failed");
        path_ = pattern;
    }
    ~TempDir() {
        std::error_code ignored; // a test may have removed it already
        std::filesystem::remove_all(path_, ignored);
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

} // namespace efaxd::fakes
