// A fax in the ledger.
#pragma once

#include "efaxd/core/document.hpp"
#include "efaxd/core/fax.hpp"
#include "efaxd/core/instant.hpp"
#include "efaxd/core/stage.hpp"

#include <optional>
#include <string>

namespace efaxd {

/// One row of the ledger: a fax, its stage, and beside the stage what is needed to go on. An entry is
/// *waiting* while it has a due time, *held* while a person must decide, and *settled* when neither.
struct Entry {
    FaxKey key;
    std::string mailbox; ///< id of the mailbox that listed it first
    std::string user_id; ///< of that mailbox, at the time of the claim
    Fax fax;             ///< numbers and members are emptied once delivered
    Stage stage = Stage::claimed;

    std::optional<Instant> due; ///< not before; nothing: no step is left
    bool held = false;          ///< only a person moves it on
    int attempts = 0;           ///< failed tries since the stage last moved
    std::string reason;         ///< code of the last fault, empty after success
    Instant first_seen{};
    std::optional<Instant> delivered_at;

    Document document; ///< once it was fetched whole
    std::string binary_id;
    std::string communication_id;
    int spares = 0; ///< Binary uploads begun whose id was never recorded: suspected spare Binaries

    bool settled() const { return !due && !held; }
    bool operator==(const Entry&) const = default;
};

} // namespace efaxd
