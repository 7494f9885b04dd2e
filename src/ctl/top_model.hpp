// What `top` knows and what its keys do. Pure: answers and keys in, rows and questions to the daemon out.
#pragma once

#include "ctl/arrivals.hpp"
#include "ctl/views.hpp"
#include "terminal/frame.hpp"
#include "json/value.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace efaxd::ctl {

struct TopMailbox {
    std::string id;
    std::optional<Instant> last_success;
    std::optional<Instant> next_poll;
    bool polling = false;
    bool paused = false;
    bool stale = false;
    std::int64_t failures = 0;
    std::int64_t waiting = 0;
    std::int64_t held = 0;
    std::int64_t delivered = 0;
    std::string reason;

    std::int64_t seen() const { return waiting + held + delivered; }
};

/// The part of the status that does not belong to one mailbox.
struct TopTotals {
    std::string version;
    Duration uptime{};
    std::string verdict; ///< the first line of the status
    terminal::Tone tone = terminal::Tone::plain;
    std::vector<std::string> alarms; ///< beyond the first
    std::int64_t waiting = 0;
    std::int64_t held = 0;
    std::int64_t delivered = 0;
    std::int64_t sending = 0;
    std::int64_t sending_held = 0;
    std::int64_t sent = 0;
    std::int64_t unsent = 0; ///< failed or cancelled
    std::int64_t busy = 0;
    std::int64_t hands = 0;
    std::int64_t free_disk = 0;
};

enum class TopSort { name, read, waiting, held, arrivals };

/// What is to be asked of the daemon because of a key.
struct TopWish {
    enum class Kind { nothing, poll, poll_all, pause, resume, retry_held, quit };
    Kind kind = Kind::nothing;
    std::string mailbox{};

    bool operator==(const TopWish&) const = default;
};

class TopModel {
  public:
    /// A look at the daemon that worked. `mailboxes` are the answers of /mailboxes, page by page.
    void take(const json::Value& status, const std::vector<json::Value>& mailboxes, Instant now);
    /// One that did not: what was seen last stays.
    void lose(std::string why);
    /// What came of the last wish, for the line at the bottom.
    void tell(std::string word) { word_ = std::move(word); }

    TopWish press(const terminal::Key& key, std::size_t page);

    bool known() const { return known_; }
    const std::string& lost() const { return lost_; } ///< empty: the daemon answers
    Instant seen_at() const { return seen_at_; }
    const TopTotals& totals() const { return totals_; }
    /// In order and filtered; the pointers hold until the next change.
    std::vector<const TopMailbox*> shown() const;
    std::size_t selected() const;
    std::size_t all() const { return mailboxes_.size(); }
    const Arrivals& arrivals(const std::string& mailbox) const;
    const Arrivals& all_arrivals() const { return arrivals_; }
    TopSort sort() const { return sort_; }
    const std::string& filter() const { return filter_; }
    bool filtering() const { return mode_ == Mode::filter; }
    bool helping() const { return mode_ == Mode::help; }
    /// A question that waits for y; empty if none.
    std::string question() const;
    const std::string& word() const { return word_; }

  private:
    enum class Mode { list, filter, help, confirm };

    TopWish press_in_list(const terminal::Key& key, std::size_t page);
    TopWish press_letter(const std::string& letter);
    void press_in_filter(const terminal::Key& key);
    void move(std::int64_t by);
    const TopMailbox* chosen() const;

    TopTotals totals_;
    std::vector<TopMailbox> mailboxes_;
    std::map<std::string, Arrivals> by_mailbox_;
    Arrivals arrivals_;
    Instant seen_at_{};
    bool known_ = false;
    std::string lost_;
    std::string word_;
    std::string filter_;
    std::string chosen_; ///< id of the selected mailbox, so that it stays when others come and go
    TopSort sort_ = TopSort::name;
    Mode mode_ = Mode::list;
};

} // namespace efaxd::ctl
