#include "ledger/row.hpp"

#include "ledger/columns.hpp"

namespace efaxd::ledger {

std::string select_entries(std::string_view from_fax) {
    return "SELECT f.project, f.fax_id, m.name, m.user_id, f.stage, f.due, f.held, f.attempts, f.reason,"
           " f.first_seen, f.delivered_at, f.listed_id, f.completed, f.pages, f.downloaded, f.stored, f.size,"
           " f.sha256, f.media_type, f.binary_id, f.communication_id, f.spares,"
           " n.from_number, n.to_number, n.members FROM fax f " +
           std::string(from_fax) +
           " CROSS JOIN mailbox m ON m.ref = f.mailbox"
           " LEFT JOIN numbers n ON n.project = f.project AND n.fax_id = f.fax_id ";
}

Entry read_entry(const Query& row) {
    Entry entry;
    entry.key = {row.text(0), row.text(1)};
    entry.mailbox = row.text(2);
    entry.user_id = row.text(3);
    entry.stage = enum_of(row.number(4), Stage::acknowledged);
    entry.due = read_moment(row, 5);
    entry.held = row.number(6) != 0;
    entry.attempts = static_cast<int>(row.number(7));
    entry.reason = row.text(8);
    entry.first_seen = instant(row.number(9));
    entry.delivered_at = read_moment(row, 10);
    entry.fax.id = entry.key.fax_id;
    entry.fax.listed_id = row.is_null(11) ? entry.key.fax_id : row.text(11);
    entry.fax.completed = read_moment(row, 12);
    entry.fax.pages = static_cast<int>(row.number(13));
    entry.fax.downloaded = row.number(14) != 0;
    entry.fax.stored = row.number(15) != 0;
    entry.document.size = static_cast<std::uint64_t>(row.number(16));
    entry.document.sha256 = read_packed(row, 17);
    entry.document.type = enum_of(row.number(18), MediaType::png);
    entry.binary_id = read_packed(row, 19);
    entry.communication_id = read_packed(row, 20);
    entry.spares = static_cast<int>(row.number(21));
    entry.fax.from_number = row.text(22);
    entry.fax.to_number = row.text(23);
    entry.fax.members = row.text(24);
    return entry;
}

void bind_facts(Query& query, const Entry& entry, std::int64_t mailbox_ref) {
    query.bind(mailbox_ref);
    query.bind(static_cast<std::int64_t>(entry.stage));
    query.bind(milliseconds(entry.due));
    query.bind(std::int64_t{entry.held});
    query.bind(std::int64_t{entry.attempts});
    query.bind(entry.reason);
    query.bind(milliseconds(entry.first_seen));
    query.bind(milliseconds(entry.delivered_at));
    if (entry.fax.listed_id == entry.key.fax_id)
        query.bind_null();
    else
        query.bind(entry.fax.listed_id);
    query.bind(milliseconds(entry.fax.completed));
    query.bind(std::int64_t{entry.fax.pages});
    query.bind(std::int64_t{entry.fax.downloaded});
    query.bind(std::int64_t{entry.fax.stored});
    query.bind(static_cast<std::int64_t>(entry.document.size));
    bind_packed(query, entry.document.sha256);
    query.bind(static_cast<std::int64_t>(entry.document.type));
    bind_packed(query, entry.binary_id);
    bind_packed(query, entry.communication_id);
    query.bind(std::int64_t{entry.spares});
}

void write_numbers(Database& writer, const Entry& entry) {
    const Fax& fax = entry.fax;
    const bool none = fax.from_number.empty() && fax.to_number.empty() && fax.members.empty();
    if (none || entry.stage >= Stage::delivered) {
        Query(writer, "DELETE FROM numbers WHERE project = ? AND fax_id = ?")
            .bind(entry.key.project)
            .bind(entry.key.fax_id)
            .run();
        return;
    }
    Query(writer, "INSERT INTO numbers (project, fax_id, from_number, to_number, members)"
                  " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET from_number = excluded.from_number,"
                  " to_number = excluded.to_number, members = excluded.members"
                  " WHERE from_number <> excluded.from_number OR to_number <> excluded.to_number"
                  " OR members <> excluded.members")
        .bind(entry.key.project)
        .bind(entry.key.fax_id)
        .bind(fax.from_number)
        .bind(fax.to_number)
        .bind(fax.members)
        .run();
}

} // namespace efaxd::ledger
