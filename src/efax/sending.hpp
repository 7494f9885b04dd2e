// The eFax side as a FaxSender.
#pragma once

#include "efax/efax_service.hpp"
#include "efax/sent_list.hpp"
#include "efax/session.hpp"

#include <optional>
#include <stop_token>
#include <string>

namespace efaxd::efax {

/// Promises what FaxSender does. Safe from any thread.
class Sending {
  public:
    /// Both must outlive it.
    Sending(const ServiceOptions& options, Session& session, Clock& clock)
        : options_(options), session_(session), sent_(clock) {}

    std::string submit(const Submission& submission, const std::stop_token& stop);
    std::optional<SentFax> find_sent(const std::string& user_id, const std::string& reference, Instant since,
                                     Duration may_be_old, const std::stop_token& stop);
    SendStatus status(const std::string& user_id, const std::string& fax_id, const std::stop_token& stop);
    CancelReply cancel(const std::string& user_id, const std::string& fax_id, const std::stop_token& stop);

  private:
    void note_odd(std::string_view reason, const std::string& fax_id) const;

    const ServiceOptions& options_;
    Session& session_;
    SentList sent_;
};

} // namespace efaxd::efax
