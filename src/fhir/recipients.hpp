// To whom a Communication goes.
#pragma once

#include "efaxd/core/outbound.hpp"
#include "fhir/referred.hpp"

#include <string_view>
#include <vector>

namespace efaxd::fhir {

/// Every recipient with its number, in the order of the Communication. Throws Refusal `send.no_recipient`,
/// `send.too_many_recipients`, `send.no_fax_number` or `send.repeated_number`, and as Reader does.
std::vector<OutboundRecipient> recipients_of(json::Value communication, Referred& referred,
                                             std::string_view country, Instant now);

} // namespace efaxd::fhir
