// The daemon's part in a backup: one at a time, and only while there is room for the faxes.

#include "app/daemon.hpp"
#include "efaxd/log.hpp"
#include "serve/answers.hpp"
#include "serve/file_feed.hpp"

#include <utility>

namespace efaxd::app {

namespace {

/// While it lives, another backup has to wait.
std::shared_ptr<void> take_turn(const std::shared_ptr<std::atomic<bool>>& taken) {
    if (taken->exchange(true))
        return nullptr;
    return {taken.get(), [taken](void*) { *taken = false; }};
}

} // namespace

void Daemon::back_up(const serve::Reply& reply) {
    auto turn = take_turn(backing_up_);
    if (!turn)
        return reply(serve::failure(409, "busy", "another backup is being made; wait for it"));
    at_desk([this, reply, turn = std::move(turn)] {
        try {
            const auto copy = copy_ledger_();
            auto feed = serve::feed_of_file(
                copy, [this](Job job) { at_desk(std::move(job)); }, turn);
            log::write(log::daemon_backed_up);
            reply({200, "application/vnd.sqlite3", {}, {}, std::move(feed)});
        } catch (const Fault& fault) {
            reply(serve::failure(503, "no_room", fault.detail));
        }
    });
}

} // namespace efaxd::app
