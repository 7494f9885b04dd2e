// The statements by which the outbox is read. None but `list_sql` without `open_only` reads rows that are
// over.
#pragma once

#include "efaxd/ports/outbox.hpp"

#include <string>

namespace efaxd::ledger {

/// Project and Communication of each row whose time has come, the longest due first. Bind: now.
inline constexpr auto due_sql =
    "SELECT project, communication FROM transmission INDEXED BY transmission_waiting"
    " WHERE held = 0 AND due IS NOT NULL AND due <= ? ORDER BY due, project, communication";

/// When the next row's time comes. Bind: now.
inline constexpr auto next_due_sql = "SELECT due FROM transmission INDEXED BY transmission_waiting"
                                     " WHERE held = 0 AND due IS NOT NULL AND due > ? ORDER BY due LIMIT 1";

/// How many are on their way to one number. Bind: project, destination.
inline constexpr auto in_flight_sql =
    "SELECT count(*) FROM transmission INDEXED BY transmission_in_flight"
    " WHERE stage BETWEEN 2 AND 3 AND outcome = 0 AND held = 0 AND project = ? AND destination = ?";

/// How many were begun to one number. Bind: project, destination, after, before.
inline constexpr auto begun_sql =
    "SELECT count(*) FROM transmission INDEXED BY transmission_begun"
    " WHERE begun IS NOT NULL AND project = ? AND destination = ? AND begun > ? AND begun < ?";

/// Acceptance of the oldest one not submitted. Bind: project.
inline constexpr auto oldest_unsubmitted_sql =
    "SELECT accepted FROM transmission INDEXED BY transmission_unsubmitted"
    " WHERE stage < 3 AND project = ? ORDER BY accepted LIMIT 1";

/// What its Communication should say and does not, though it was tried, by project. A row that is to be held
/// rests in `submitting` until that is told; there only telling fails with a reason of the FHIR server.
inline constexpr auto untold_sql =
    "SELECT project, count(*), min(coalesce(settled, submitted, begun, accepted)), max(attempts)"
    " FROM transmission INDEXED BY transmission_open"
    " WHERE (held = 1 OR due IS NOT NULL) AND attempts > 0"
    " AND ((stage = 4 AND due IS NOT NULL) OR (stage = 3 AND told = 0)"
    " OR (stage = 2 AND told = 0 AND substr(reason, 1, 5) = 'fhir.')) GROUP BY project";

/// Bind what the query names, in the order of its members, then the limit.
std::string list_sql(const OutboxQuery& query);

} // namespace efaxd::ledger
