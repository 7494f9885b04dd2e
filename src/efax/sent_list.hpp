// Finds one of our own faxes in the list of sent ones.
#pragma once

#include "efax/bounds.hpp"
#include "efaxd/ports/fax_sender.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace efaxd::efax {

/// One page of the list of sent faxes, as far as finding needs it.
struct SentPage {
    struct Item {
        std::string fax_id;    ///< as eFax spelled it, usable or not
        std::string reference; ///< `client_reference_id`, empty if it has none
        std::optional<Instant> completed;
        SendStatus status;
    };
    std::vector<Item> items;
};

/// Throws Fault `efax.bad_reply` if this is no list.
SentPage read_sent_page(std::string_view body);

/// The statuses by which the list must be asked for.
enum class SentStatus { fresh, in_progress, pending_retry, complete, error, canceled };
inline constexpr std::size_t sent_statuses = 6;

/// Their spellings, in the order in which they are tried.
const std::vector<std::string_view>& spellings_of(SentStatus status);

/// Looks through the list of sent faxes. eFax shows the faxes of one status at a time, and how it spells the
/// statuses is not sure: a spelling that is refused (status 400) makes room for the next, and the one that
/// worked is remembered. Safe from any thread.
class SentList {
  public:
    /// Gives the body of the page at an offset, or nothing where the server says that there is no such page.
    using ReadPage = std::function<std::optional<std::string>(const std::string& path, std::size_t offset)>;

    struct Wanted {
        const std::string& user_id;
        const std::string& reference;
        Instant since;
        Duration may_be_old; ///< what was read for another look so long ago will do
    };

    explicit SentList(Clock& clock) : clock_(clock), bounds_(clock) {}

    /// First by the server's own search, then by reading the lists of all statuses, those of ended faxes from
    /// an hour before `since`. Nothing only once all of them were read to the end (a page that is empty or
    /// repeats what was there), or past `since`. Such a reading serves other looks at this user's faxes
    /// for five minutes, if it may; while one goes on, others that need one wait for it. A page that the
    /// server stumbles over is asked for up to three times. Throws what the page reader throws then, Fault
    /// `efax.bad_reply`, and `efax.sent_list_cut` (passing) if a list is longer than it is read.
    std::optional<SentFax> find(const Wanted& wanted, const ReadPage& read_page);

  private:
    struct Search;
    /// All that was listed for a user.
    struct Reading {
        Steady begun;
        Instant oldest; ///< it reaches back to then
        std::unordered_map<std::string, SentFax> by_reference;
    };
    struct User {
        std::mutex turn; ///< whose holder reads the lists
        std::mutex mutex;
        std::shared_ptr<const Reading> reading;
    };
    struct Outcome {
        std::optional<SentFax> found{};
        bool refused = false; ///< status 400
        bool cut = false;     ///< there may be more, of the time in question
    };

    /// How far a list is read.
    struct Reach {
        std::size_t pages;
        /// A page that is not full is the last. Where finding nothing decides, it is not: a server may give
        /// fewer items than it was asked for.
        bool trusts_short_pages = false;
    };

    User& user(const std::string& user_id);
    static std::shared_ptr<const Reading> recall(User& user, const Search& search, Steady earliest);
    std::optional<SentFax> ask(Search& search);
    std::optional<SentFax> read_all(Search& search);
    Outcome look_in(Search& search, SentStatus status, bool by_text);
    Outcome look_in_bounded(Search& search, const std::string& path);
    static Outcome look(Search& search, const std::string& path, Reach reach);

    std::vector<std::size_t> order_of(SentStatus status);
    void remember(SentStatus status, std::size_t spelling);

    Clock& clock_;
    Bounds bounds_;
    std::mutex mutex_;
    std::map<std::string, User> users_;
    std::array<std::size_t, sent_statuses> spelling_{}; ///< that worked last
};

} // namespace efaxd::efax
