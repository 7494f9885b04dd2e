#include "ledger/outbox_sql.hpp"

#include "ledger/outbox_row.hpp"

namespace efaxd::ledger {

std::string list_sql(const OutboxQuery& query) {
    const bool open = query.open_only || query.held == true;
    std::string sql = select_transmissions(open ? "INDEXED BY transmission_open" : "");
    sql += open ? "WHERE (t.held = 1 OR t.due IS NOT NULL)" : "WHERE 1";
    if (query.project)
        sql += " AND t.project = ?";
    if (query.communication)
        sql += " AND t.communication = ?";
    if (query.stage)
        sql += " AND t.stage = ?";
    if (query.held)
        sql += " AND t.held = ?";
    if (query.after)
        sql += " AND (t.project, t.communication, t.recipient) > (?, ?, ?)";
    return sql + " ORDER BY t.project, t.communication, t.recipient LIMIT ?";
}

} // namespace efaxd::ledger
