#include "spool/folder_sync.hpp"

#include "efaxd/core/fault.hpp"

#include <utility>

namespace efaxd::spool {

void FolderSync::ask() {
    std::unique_lock lock(mutex_);
    for (;;) {
        if (!next_)
            next_ = std::make_shared<Round>();
        const std::shared_ptr<Round> round = next_;
        round->changed.wait(lock, [&] { return round->over || (!round->begun && !under_way_); });
        if (!round->over)
            return lead(lock, *round);
        if (round->done)
            return;
        if (!round->failure.empty())
            throw GroundFault(round->failure);
        // It failed, but not for good: each of the others tries for itself.
    }
}

/// One of a round syncs for all of it.
void FolderSync::lead(std::unique_lock<std::mutex>& lock, Round& round) {
    next_.reset();
    round.begun = true;
    under_way_ = true;
    lock.unlock();
    try {
        sync_();
    } catch (const GroundFault& fault) {
        lock.lock();
        round.failure = fault.what();
        if (next_)
            fail(*std::exchange(next_, nullptr), round.failure);
        end(round);
        throw;
    } catch (...) {
        lock.lock();
        end(round);
        throw;
    }
    lock.lock();
    round.done = true;
    end(round);
}

void FolderSync::fail(Round& round, const std::string& why) {
    round.failure = why;
    round.over = true;
    round.changed.notify_all();
}

void FolderSync::end(Round& round) {
    under_way_ = false;
    round.over = true;
    round.changed.notify_all();
    if (next_)
        next_->changed.notify_one(); // its leader
}

} // namespace efaxd::spool
