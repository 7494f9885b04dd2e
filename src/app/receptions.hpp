// Calls of $receive-efax that wait for their polls, and for the new faxes to be delivered.
#pragma once

#include "app/errand_runner.hpp"
#include "serve/fhir_answers.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace efaxd::app {

/// How a call ended.
struct Reception {
    serve::Received received;
    std::size_t mailboxes = 0;
    std::size_t unread = 0; ///< mailboxes whose poll failed
    bool refused = false;   ///< eFax refuses our credentials or a user ID: repeating cannot help
    std::string reason;     ///< of the last failed poll
};

/// Any number of calls share one poll. Lives on the loop.
class Receptions {
  public:
    using Done = std::function<void(const Reception&)>;

    /// A call that waits for the next return of each mailbox's poll, one that is out already included. The
    /// number serves to give it up.
    int wait_for(const std::vector<std::string>& mailboxes, Done done);
    /// It is answered with what is known by now, if it still waits.
    void give_up(int number);

    void polled(const ErrandReport& report);
    void carried(const ErrandReport& report);

  private:
    struct Call {
        std::set<std::string> mailboxes;      ///< not back yet
        std::set<FaxKey> faxes;               ///< not delivered yet
        std::map<FaxKey, ErrandReport> early; ///< carried while their poll was still out
        Reception reception;
        Done done;
    };
    void take_poll(Call& call, const ErrandReport& report);
    void take_fax(Call& call, const ErrandReport& report);
    void answer_complete();

    int last_ = 0;
    std::map<int, Call> calls_;
};

} // namespace efaxd::app
