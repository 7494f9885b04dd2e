// How often in a row eFax could not hand out the image of a fax.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>

namespace efaxd::efax {

/// Safe from any thread. Kept in memory only and for so many faxes: of more, some start anew.
class ImageFailures {
  public:
    explicit ImageFailures(std::size_t most = 1024) : most_(most) {}

    /// Counts a failure; how many there were in a row, this one included.
    int add(const std::string& fax_id) {
        const std::lock_guard lock(mutex_);
        if (counts_.size() >= most_ && !counts_.contains(fax_id))
            counts_.erase(counts_.begin());
        return ++counts_[fax_id];
    }

    /// The image came.
    void forget(const std::string& fax_id) {
        const std::lock_guard lock(mutex_);
        counts_.erase(fax_id);
    }

  private:
    const std::size_t most_;
    std::mutex mutex_;
    std::map<std::string, int> counts_;
};

} // namespace efaxd::efax
