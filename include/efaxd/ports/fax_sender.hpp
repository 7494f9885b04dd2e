// Where faxes go out. One per project; safe from any thread.
#pragma once

#include "efaxd/core/document.hpp"
#include "efaxd/core/instant.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace efaxd {

class SpoolReader;

/// One fax to one number. Names and texts are PHI.
struct Submission {
    std::string user_id; ///< the sender's
    std::string number;  ///< E.164
    std::string to_name; ///< may be empty
    /// Comes back in the list of sent faxes: how it is found again after a lost reply. 8 to 64 of
    /// `a-z 0-9 -`.
    std::string reference;
    bool cover_page = false;
    std::string from_name; ///< of the cover page, as the following two
    std::string subject;
    std::string message;
    std::vector<SpoolReader*> documents; ///< PDF, in this order; read once, from their beginning
};

/// How a sent fax stands at the service.
struct SendStatus {
    enum class State { queued, sending, retrying, completed, failed, cancelled, unknown };
    State state = State::unknown; ///< unknown: a word we do not know; keep what was known
    std::string code;             ///< `E41` …: 1 to 16 of `A-Z 0-9`, else empty; `SFAX` counts as empty
    int pages = 0;                ///< sent; 0: not said
    int tries = 0;                ///< so far; 0: not said
    std::optional<Instant> completed;
    std::string destination = {}; ///< number it went to, as eFax spells it; empty: not said. PHI

    bool operator==(const SendStatus&) const = default;
};

/// A fax found in the list of sent ones.
struct SentFax {
    std::string fax_id;
    SendStatus status;
};

enum class CancelReply {
    noted,    ///< asked for; the status will tell
    too_late, ///< it has ended already
    unknown,  ///< the service does not know this fax
};

/// Every verb may throw Fault and Stopped.
class FaxSender {
  public:
    virtual ~FaxSender() = default;

    /// Hands the fax over, once, and returns its id. Never repeats by itself a POST that may have been taken.
    /// The kind of a Fault tells what is known:
    ///   unknown   the fax may have been taken: a lost reply, a 5xx, an answer that makes no sense;
    ///   passing   it was certainly not taken, and waiting may help;
    ///   lasting   it was certainly not taken, and this very fax never will be.
    /// Stopped before the POST was begun means not taken; afterwards it is thrown as an unknown Fault
    /// `efax.stopped`.
    virtual std::string submit(const Submission& submission, std::stop_token stop) = 0;

    /// Looks for a fax by its reference among those sent since about that time, in every status. What was
    /// read of the service's lists for another look, `may_be_old` ago at the most, will do.
    /// Nothing: it is not there, or not yet.
    virtual std::optional<SentFax> find_sent(const std::string& user_id, const std::string& reference,
                                             Instant since, Duration may_be_old, std::stop_token stop) = 0;

    /// A fax the service does not know (any more): Fault `efax.not_visible`.
    virtual SendStatus status(const std::string& user_id, const std::string& fax_id,
                              std::stop_token stop) = 0;

    virtual CancelReply cancel(const std::string& user_id, const std::string& fax_id,
                               std::stop_token stop) = 0;
};

} // namespace efaxd
