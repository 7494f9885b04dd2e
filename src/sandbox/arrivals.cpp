#include "sandbox/arrivals.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace efaxd::sandbox {

Arrivals::Arrivals(Sandbox& sandbox, ArrivalOptions options, Came came)
    : sandbox_(sandbox), options_(std::move(options)), came_(std::move(came)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

const std::string& Turns::next() {
    if (at_ % users_.size() == 0)
        std::shuffle(users_.begin(), users_.end(), dice_);
    return users_[at_++ % users_.size()];
}

void Arrivals::run(const std::stop_token& stop) {
    Turns turns(options_.users, options_.seed);
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    const auto began = std::chrono::steady_clock::now();
    for (int number = 1; number <= options_.faxes; ++number) {
        const std::chrono::duration<double> due{(number - 1) / options_.rate};
        const auto at = began + std::chrono::duration_cast<std::chrono::steady_clock::duration>(due);
        stopped.wait_until(lock, stop, at, [] { return false; });
        if (stop.stop_requested())
            return;
        NewFaxes fax;
        fax.user_id = turns.next();
        fax.pages = options_.pages;
        fax.size = options_.size;
        const auto ids = sandbox_.put_faxes(fax);
        came_(number, fax.user_id, ids.front());
    }
}

} // namespace efaxd::sandbox
