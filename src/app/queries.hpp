// What a question at the status socket names: which fax, which transmission, which page of a list.
#pragma once

#include "efaxd/ports/ledger.hpp"
#include "efaxd/ports/outbox.hpp"
#include "serve/door.hpp"
#include "serve/event_hub.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace efaxd::app {

/// `A-Z a-z 0-9 - .`, 1 to 64 of them, and no path of its own.
bool is_fhir_id(std::string_view text);

/// `project:fax-id`.
std::optional<FaxKey> fax_key_in(std::string_view text);

/// `project:communication:recipient`.
std::optional<TransmissionKey> transmission_key_in(std::string_view text);

/// How long a page may be: 1 to 1000, and 100 if that is not said or cannot be read.
std::size_t limit_of(const serve::Question& question);

/// Nothing if a condition cannot be read: a page of the wrong faxes would be worse than none.
std::optional<LedgerQuery> fax_query_in(const serve::Question& question);
std::optional<OutboxQuery> outbox_query_in(const serve::Question& question);

/// `?code=PREFIX&level=LEVEL`, all codes from info on if that is not said. Nothing if there is no such level.
std::optional<serve::EventWish> event_wish_in(const serve::Question& question);

} // namespace efaxd::app
