// What a Communication shall say of its transmissions.
#pragma once

#include "efaxd/core/outbound.hpp"
#include "efaxd/core/transmission.hpp"

#include <span>
#include <string>
#include <string_view>

namespace efaxd::flow {

/// The change that brings a Communication in line with its rows: the fax ids, the time of submission, and
/// once all rows have an outcome `completed` or `stopped`. A row that failed or is held is told in
/// statusReason as soon as it is known. A status that staff have set for good (entered-in-error, completed,
/// stopped …) stays; only a `stopped` with a reason of ours is ours.
CommunicationChange change_for(std::span<const Transmission> rows, const CommunicationStanding& standing,
                               const std::string& installation);

/// Does this row have something to tell that its Communication does not carry yet?
bool has_news(const Transmission& row);

/// Have all rows an outcome?
bool all_settled(std::span<const Transmission> rows);

/// One sentence for a clerk on how a row ended or why it is held, by its result code or reason.
std::string sentence_for(const Transmission& row);

} // namespace efaxd::flow
