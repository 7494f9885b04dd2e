// Discovery: which Organizations and Practitioners carry an eFax user ID.
#pragma once

#include "efaxd/core/mailbox.hpp"
#include "efaxd/ports/fhir_server.hpp"
#include "efaxd/ports/ledger.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace efaxd::flow {

struct DiscoverySettings {
    std::string project;
    bool organizations = true; ///< search for all of them
    bool practitioners = true;
    std::vector<StaticOwner> fixed; ///< those without a user ID are read one by one

    bool anything() const;
};

/// What is known of the owners, and outlives a restart.
struct Discovered {
    std::vector<OwnedUser> owners; ///< ordered, each once
    bool shrunk = false;           ///< the search found nobody, or less than half, and the old ones were kept

    bool operator==(const Discovered&) const = default;
};

/// Asks the FHIR server for the owners. A search that fails throws its Fault and changes nothing. One that
/// succeeds but finds nobody, or less than half of those known of a kind, is more likely a broken search than
/// a clinic that shrank overnight: the known ones are kept and `shrunk` is set, unless `accept_fewer` (an
/// administrator said so by a reload).
Discovered discover(const DiscoverySettings& settings, const Discovered& known, bool accept_fewer,
                    FhirServer& fhir, std::stop_token stop);

/// In the ledger's memory.
void remember(Ledger& ledger, const std::string& project, const Discovered& discovered);
Discovered recall(Ledger& ledger, const std::string& project);

} // namespace efaxd::flow
