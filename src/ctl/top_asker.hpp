// Asks the daemon for `top`, on a thread of its own, so that the keys answer while the daemon does not.
#pragma once

#include "ctl/commands.hpp"
#include "ctl/top_model.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace efaxd::ctl {

/// One look at the daemon. The documents own what the values of a model are made of.
struct TopLook {
    std::vector<json::Document> documents; ///< the status, then the pages of mailboxes; empty: none came
    std::string trouble;                   ///< why not
    std::string word;                      ///< what came of a wish, may be empty

    void give_to(TopModel& model, Instant now) const;
};

/// Looks every two seconds, and at once after a wish. Without threads: what the thread does, for tests too.
TopLook look_for_top(const Ask& ask, const TopWish& wish);

class TopAsker {
  public:
    /// `news` is called on the asking thread.
    TopAsker(Ask ask, std::function<void()> news);
    /// Waits for an answer that is under way no longer than the short patience of every command.
    ~TopAsker();
    TopAsker(const TopAsker&) = delete;
    TopAsker& operator=(const TopAsker&) = delete;

    void wish(TopWish wish);
    std::optional<TopLook> news();

  private:
    void run(const std::stop_token& stop);

    Ask ask_;
    std::function<void()> tell_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<TopWish> wishes_;
    std::optional<TopLook> look_;
    std::jthread thread_;
};

} // namespace efaxd::ctl
