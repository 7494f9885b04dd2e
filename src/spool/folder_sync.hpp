// Syncs of one folder, shared: whoever asks while one is under way is served by the next.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace efaxd::spool {

/// Safe from any thread.
class FolderSync {
  public:
    /// `sync` syncs the folder, on the thread of one of those who ask.
    explicit FolderSync(std::function<void()> sync) : sync_(std::move(sync)) {}

    /// Returns once a sync that began after this call is done. Throws what it threw. A GroundFault is thrown
    /// to all who asked before it was known: what they wait for may be lost, and a further sync would not
    /// tell.
    void ask();

  private:
    /// Those who share one sync.
    struct Round {
        std::condition_variable changed;
        bool begun = false;
        bool over = false;
        bool done = false;   ///< else it failed
        std::string failure; ///< for good
    };
    void lead(std::unique_lock<std::mutex>& lock, Round& round);
    void end(Round& round);
    static void fail(Round& round, const std::string& why);

    const std::function<void()> sync_;
    std::mutex mutex_;
    std::shared_ptr<Round> next_; ///< who asks now is in it
    bool under_way_ = false;
};

} // namespace efaxd::spool
