// Who goes out next: the order of errands, as pure bookkeeping.
#pragma once

#include "efaxd/core/instant.hpp"

#include <compare>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace efaxd {

enum class ErrandKind {
    discover, ///< find a project's owners; subject: project
    poll,     ///< list a mailbox; subject: mailbox id
    pick_up,  ///< find Communications that wait to be sent; subject: project
    carry,    ///< bring one fax on; subject: fax id
    send,     ///< bring the transmissions of one Communication on; subject: its id
};

/// Work that waits in a line, in contrast to what has its own times.
constexpr bool is_queued(ErrandKind kind) { return kind == ErrandKind::carry || kind == ErrandKind::send; }

/// One errand: what to do, and the subject it is done to.
struct Errand {
    ErrandKind kind = ErrandKind::poll;
    std::string project;
    std::string mailbox; ///< empty for discover and pick_up; for send, whose line it stands in
    std::string fax_id;  ///< carry: the fax; send: the Communication

    auto operator<=>(const Errand&) const = default;
};

/// Keeps what is to be done and what is out, and says who may go. Knows no clock and no threads: time is an
/// argument. Lives on the loop.
///
/// Never two errands on one subject. Polls, discoveries and pick-ups go first, by due time. Then faxes,
/// inbound and outbound alike: the mailboxes take turns, so that a flooded one cannot starve the rest, and
/// each gives its oldest. A quarter of the hands is kept for polls, and while faxes wait a quarter is kept
/// for faxes. With several projects, none has more than half the hands, and the same holds within its half. A
/// subject whose last errand took longer than `slow` next goes only into a quarter of the hands, so that
/// stalled servers cannot stop the others.
class Schedule {
  public:
    static constexpr Duration slow{std::chrono::seconds{5}};

    explicit Schedule(int hands);

    /// How many projects share the hands.
    void share_among(std::size_t projects);

    /// Sets when a poll or discovery is next due. While it is out the time is kept for its return; "poll now"
    /// is nothing but due now.
    void set_due(const Errand& errand, Steady when);
    /// The same for one that has just come back, unless another time was asked for while it was out.
    void set_due_again(const Errand& errand, Steady when);
    /// Forgets a poll or discovery; one that is out comes back to nothing.
    void drop(const Errand& errand);

    /// Puts a fax that is due behind the others of its mailbox. False if it is queued or out already.
    bool offer(const Errand& carry);
    /// Takes a fax that is queued out of it.
    void withdraw(const Errand& carry);

    /// Marks a fax as out without sending anybody, so that nobody else touches it; false if it is out
    /// already. Ends with came_back.
    bool seize(const Errand& carry);

    /// The errands that go out now; they count as out until they come back.
    std::vector<Errand> take(Steady now);
    /// `over` says of a fax that it will not be offered again.
    void came_back(const Errand& errand, Duration took, bool over = false);

    /// When the next poll or discovery is due that is not out.
    std::optional<Steady> next_due() const;
    std::size_t queued() const { return queued_.size(); } ///< faxes
    std::size_t out() const { return out_.size(); }
    bool is_out(const Errand& errand) const { return out_.contains(errand); }
    int hands() const { return hands_; }

  private:
    /// How many are out, of all projects or of one.
    struct Count {
        int faxes = 0;
        int timed = 0; ///< polls and discoveries
        int all() const { return faxes + timed; }
    };
    bool fits(ErrandKind kind, const Count& count, int share) const;
    bool room_for(ErrandKind kind) const { return fits(kind, count_, hands_); }
    bool may_go(const Errand& errand) const;
    void send(const Errand& errand, std::vector<Errand>& sent);
    void take_timed(Steady now, std::vector<Errand>& sent);
    void take_faxes(std::vector<Errand>& sent);

    int hands_;
    std::size_t projects_ = 1;
    std::map<Errand, Steady> timed_;                  // known polls and discoveries, those out included
    std::set<std::pair<Steady, Errand>> waiting_;     // the ones not out, by due time
    std::map<std::string, std::deque<Errand>> faxes_; // by mailbox
    std::deque<std::string> turns_;                   // mailboxes with faxes, whose turn it is first
    std::set<Errand> queued_;
    std::set<Errand> out_;
    std::set<Errand> slow_;
    std::set<Errand> asked_; // given another due time while out
    Count count_;
    std::map<std::string, Count> count_by_project_;
    int slow_out_ = 0;
};

} // namespace efaxd
