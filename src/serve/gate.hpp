// The way back onto the door's executor, open only while the door is.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>

#include <mutex>
#include <optional>
#include <utility>

namespace efaxd::serve {

/// Replies come from any thread, and may come after the executor has ended: nothing here touches it once the
/// gate is shut. Safe from any thread.
class Gate {
  public:
    explicit Gate(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

    void shut() {
        const std::lock_guard lock(mutex_);
        executor_.reset();
    }

    bool open() const {
        const std::lock_guard lock(mutex_);
        return executor_.has_value();
    }

    /// Runs the work on the executor later, or never.
    template <class Work>
    void post(Work work) {
        const std::lock_guard lock(mutex_);
        if (executor_)
            boost::asio::post(*executor_, std::move(work));
    }

  private:
    mutable std::mutex mutex_;
    std::optional<boost::asio::any_io_executor> executor_;
};

} // namespace efaxd::serve
