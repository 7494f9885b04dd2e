// Counts a request by what was asked and how it ended.
#pragma once

#include "efaxd/ports/clock.hpp"
#include "http/message.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace efaxd::http {

/// Whose requests to whom, for the counts.
struct Side {
    std::string project{};
    std::string_view name = "other"; ///< `efax` or `fhir`
};

/// Does the exchange and passes on what it gives or throws; one that was stopped, or refused by us, is not
/// counted.
Reply measured(const Side& side, const Request& request, Clock& clock,
               const std::function<Reply()>& exchange);

} // namespace efaxd::http
