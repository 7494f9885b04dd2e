// The foreman: decides what is to be done next, and takes over what comes home.
#pragma once

#include "app/board.hpp"
#include "app/errand_runner.hpp"
#include "app/occasionally.hpp"
#include "app/project.hpp"
#include "app/receptions.hpp"
#include "app/reload.hpp"
#include "app/rests.hpp"
#include "app/send_calls.hpp"
#include "efaxd/core/schedule.hpp"
#include "efaxd/ports/ledger.hpp"
#include "flow/decisions.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace efaxd::app {

/// Everything that the loop decides, without threads, timers and doors: those come from who derives from it,
/// so that the same decisions are made under a real clock and under a simulated one. Lives on the loop, which
/// never blocks: whatever may wait (network, disk, ledger) is an errand or a job on a hand, and comes home.
class Foreman {
  public:
    using Job = std::function<void()>;

    Foreman(Ground ground, int hands, const Projects& projects);
    virtual ~Foreman() = default;
    Foreman(const Foreman&) = delete;
    Foreman& operator=(const Foreman&) = delete;

    // For what comes in at the doors; on the loop, but for `now`.
    Instant now() const { return ground_.clock.now(); }
    enum class Change { done, no_such_fax, busy, failed, unreachable };
    using Decide = std::function<flow::Decision(Transmission&)>;
    using Decided = std::function<void(Change, const flow::Decision&)>;
    /// Changes a transmission as the story allows, while no errand may touch it. `busy`: an errand was out on
    /// its Communication, and nothing was done.
    void decide(const TransmissionKey& key, Decide decide, Decided done);
    /// Tells from the desk.
    void list_transmissions(const OutboxQuery& query,
                            std::function<void(const std::vector<Transmission>&)> told);
    const Projects& projects() const { return projects_; }
    std::string only_project() const; ///< its name; empty if there are several
    /// eFax says that something has happened: polls and looks at what is under way. If that was done just
    /// now, or a poll is out that may have read its list already, it is done once more a little later.
    void look_after_notification(const std::string& project);

  protected:
    /// Does an errand's job on a hand. There are as many as the schedule sends out at once.
    virtual void at_hand(Job job) = 0;
    /// Does a short job that may wait for the ledger or a file, beside the hands. A GroundFault ends the
    /// daemon, anything else is logged.
    virtual void at_desk(Job job) = 0;
    /// Does a job on the loop, after the present one. Called from anywhere.
    virtual void at_loop(Job job) = 0;
    /// Calls `wake` at that time or shortly after; an earlier wish is forgotten.
    virtual void wake_at(Steady when) = 0;
    /// Our own ground failed, says a hand; `stop` follows on the loop.
    virtual void note_ground_fault() = 0;
    virtual void stop() = 0;

    void wake();
    void send_out();
    void arm();
    void came_back(const ErrandReport& report);
    void poll_came_back(const ErrandReport& report);
    void carry_came_back(const ErrandReport& report);
    void discovery_came_back(const ErrandReport& report);
    void pick_up_came_back(const ErrandReport& report);
    void send_came_back(const ErrandReport& report);
    /// It could not even be written down how the fax stands.
    void rest_unsaved(const ErrandReport& report);

    /// The mailbox's poll goes out now; one that is out already will do.
    void poll_for_caller(const std::string& mailbox);
    /// The Communication's errand goes out now, after the one that is out if there is one.
    void send_for_caller(const OutboundKey& key, bool eager);
    void look_later(const std::string& project, Steady when);
    void look_after_delayed_hints();
    void plan_pick_up(const Project& project);
    void leave_pick_up(const std::string& project);

    void gather(); ///< asks the ledger for what is due
    void gather_by(Steady when);
    void gathered(const Due& due, const OutboxDue& outbound);

    void adopt_project(const std::shared_ptr<Project>& project);
    void leave_project(const std::string& name);
    void sync_mailboxes(const Project& project);
    void add_mailbox(const Mailbox& mailbox, std::size_t position, std::size_t of);
    void remove_mailbox(const std::string& id);
    Steady jittered(Duration interval);

    std::size_t poll_now(const std::string& mailbox); ///< empty: all; returns how many
    void recall_pauses();
    void recall_arrivals();
    void keep_arrivals();                                ///< in the ledger, if any are new
    void pause(const std::string& mailbox, bool paused); ///< survives a restart
    using Changed = std::function<void(Change, const Entry&)>;
    /// Changes a fax while no errand may touch it. `busy`: an errand was out on it, and nothing was done.
    void change_fax(const FaxKey& key, std::function<void(Entry&)> change, Changed done);

    Ground ground_;
    Projects projects_;
    std::stop_source stop_;

    Schedule schedule_;
    Board board_;
    std::set<std::string> paused_;             ///< mailbox ids, those not known at present included
    std::map<std::string, Arrivals> arrivals_; ///< by mailbox id, those not known at present included
    bool new_arrivals_ = false;                ///< since they were last kept
    std::map<Errand, Steady> out_since_;
    bool moved_ = true; ///< since the last housekeeping
    bool gathering_ = false;
    bool gather_again_ = false;
    std::optional<Steady> gather_at_;

    Rests rests_;
    Occasionally unsaved_;
    Receptions receptions_;
    SendCalls send_calls_;
    std::set<OutboundKey> eager_;                 ///< looked at before their time, on their next errand
    std::set<OutboundKey> send_again_;            ///< asked for while their errand was out
    std::map<std::string, Steady> last_hint_;     ///< of eFax, by project
    std::map<std::string, Steady> hints_to_come_; ///< projects that are looked at once more
};

} // namespace efaxd::app
