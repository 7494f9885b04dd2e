// What a call of $send-efax or $sync-efax-status is told about its transmissions.
#pragma once

#include "efaxd/core/fault.hpp"
#include "efaxd/core/transmission.hpp"
#include "serve/fhir_answers.hpp"

#include <optional>
#include <span>

namespace efaxd::app {

/// The answer if none of the rows went out and one cannot, or if the outcome of one is not known; nothing if
/// all is well so far. Never 5xx: clients would post the fax again by themselves.
std::optional<serve::Answer> refusal_for(std::span<const Transmission> rows);

/// Has eFax all of them?
/// A call that a fault ended before anything was handed to eFax.
serve::Answer answer_for(const Fault& fault);

bool all_submitted(std::span<const Transmission> rows);

serve::Synced count_synced(std::span<const Transmission> rows);

} // namespace efaxd::app
