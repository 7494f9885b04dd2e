// Preview: what a run would do, without doing it.
#pragma once

#include "efaxd/core/mailbox.hpp"
#include "efaxd/ports/fhir_server.hpp"
#include "efaxd/ports/ledger.hpp"
#include "flow/poll.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace efaxd::flow {

/// One fax and the next thing that would be done with it.
struct Intention {
    std::string mailbox;
    std::string fax_id;
    std::string next; ///< a sentence of ours
};

/// Lists a mailbox as a poll does and looks up what is new in the ledger and on the FHIR server. Only reads:
/// asks for no document and changes nothing anywhere.
std::vector<Intention> preview_mailbox(const Mailbox& mailbox, Poll& poll, FhirServer& fhir, Ledger& ledger,
                                       std::stop_token stop);

/// What would be done with the faxes that are in the ledger already and not settled.
std::vector<Intention> preview_waiting(const std::string& project, Ledger& ledger);

} // namespace efaxd::flow
