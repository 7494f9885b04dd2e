// What all projects stand on.
#pragma once

#include "efaxd/ports/clock.hpp"
#include "efaxd/ports/converter.hpp"
#include "efaxd/ports/ledger.hpp"
#include "efaxd/ports/outbox.hpp"
#include "efaxd/ports/spool.hpp"

#include <string>

namespace efaxd::app {

struct Ground {
    Ledger& ledger;
    Outbox& outbox;
    Spool& spool;
    Converter& converter;
    Clock& clock;
    std::string installation_key; ///< keys whatever must tell nothing to others: ids of Binaries, digests
};

} // namespace efaxd::app
