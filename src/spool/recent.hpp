// Small documents that were just written, still in memory: most are read back within a second.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace efaxd::spool {

/// Safe from any thread.
class Recent {
  public:
    /// Keeps `most` bytes altogether, of documents of at most an eighth of that; the oldest make room.
    explicit Recent(std::size_t most) : most_(most) {}

    std::size_t longest() const { return most_ / 8; }

    /// Takes the place of an earlier one of the name.
    void put(const std::string& name, std::string bytes, std::string sha256);
    void drop(const std::string& name);
    /// Nothing unless there is one with this digest.
    std::shared_ptr<const std::string> find(const std::string& name, const std::string& sha256) const;

  private:
    struct Kept {
        std::shared_ptr<const std::string> bytes;
        std::string sha256;
    };
    void forget(const std::string& name);

    const std::size_t most_;
    mutable std::mutex mutex_;
    std::map<std::string, Kept> kept_;
    std::deque<std::string> order_; ///< their names, the oldest first
    std::size_t size_ = 0;
};

} // namespace efaxd::spool
