// Poll: list one mailbox and claim what is new.
#pragma once

#include "efaxd/core/mailbox.hpp"
#include "efaxd/ports/clock.hpp"
#include "efaxd/ports/fax_service.hpp"
#include "efaxd/ports/ledger.hpp"

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace efaxd::flow {

/// What is known of a mailbox from poll to poll. Lent to one poll at a time. Losing it costs a little work
/// and no fax.
struct MailboxMemory {
    Pages unread;                        ///< pass A, when it was last fully claimed
    Pages window;                        ///< pass B, likewise
    std::optional<Instant> read_through; ///< start of the last poll that read everything
    std::optional<Instant> kept;         ///< the same, as the ledger remembers it
    std::optional<Instant> first;        ///< start of the first poll that read everything
    std::optional<Instant> looked_back;  ///< when the last month was last read
    int unreadable = 0;                  ///< items without a usable id when the lists were last parsed
    /// Ids that the ledger holds, in one text, each behind a NUL: those of the window when it was last
    /// parsed. They need not be looked up again.
    std::string known;
};

struct PollReport {
    std::size_t listed = 0;           ///< different faxes seen
    std::vector<std::string> claimed; ///< ids of the new ones
    bool cut = false;                 ///< there may be more than was read
    int unreadable = 0;               ///< items without a usable id
};

/// All listed faxes of a mailbox: the union of pass A and pass B, each id once.
struct Sighting {
    std::vector<Fax> faxes;
    MailboxMemory after; ///< the memory, once all of them are in the ledger
    bool cut = false;
    int unreadable = 0;
};

/// Used by many threads at once, each with a mailbox of its own.
class Poll {
  public:
    /// `window`: how far back pass B looks beyond the last full reading.
    Poll(FaxService& service, Ledger& ledger, Clock& clock, Duration window);

    /// Pass A (unread, of any age) and pass B (everything in the window); all pages are read before any
    /// document is asked for, since reading a document takes it out of pass A. What is new is claimed in one
    /// transaction, and pass A is repeated until it shows nothing new (at most three times): items can slip
    /// from page to page while another program reads along. Once a day the last month is read as well, but
    /// nothing from before the time that the first poll looked at: a fax that was listed late, read by
    /// another program and missed while a clock was wrong is found then. Throws Fault, Stopped, GroundFault;
    /// what was claimed before that stays claimed.
    PollReport run(const Mailbox& mailbox, MailboxMemory& memory, std::stop_token stop);

    /// Both passes once, claiming nothing.
    Sighting look(const Mailbox& mailbox, const MailboxMemory& memory, std::stop_token stop);

    /// The memory that outlived a restart.
    MailboxMemory recall(const Mailbox& mailbox);

  private:
    Instant window_start(const MailboxMemory& memory) const;
    std::vector<std::string> claim(const Mailbox& mailbox, const std::vector<Fax>& faxes,
                                   const std::string& known);
    bool is_time_to_look_back(MailboxMemory& memory) const;
    std::vector<std::string> look_back(const Mailbox& mailbox, MailboxMemory& memory, std::stop_token stop);
    void keep(const Mailbox& mailbox, MailboxMemory& memory);

    FaxService& service_;
    Ledger& ledger_;
    Clock& clock_;
    Duration window_;
};

} // namespace efaxd::flow
