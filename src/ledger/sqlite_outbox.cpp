#include "ledger/sqlite_outbox.hpp"

#include "ledger/columns.hpp"
#include "ledger/outbox_row.hpp"
#include "ledger/outbox_sql.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <stdexcept>

namespace efaxd::ledger {
namespace {

constexpr Duration hour = std::chrono::hours{1};

std::vector<Transmission> collect(Query& query) {
    std::vector<Transmission> rows;
    while (query.next())
        rows.push_back(read_transmission(query));
    return rows;
}

std::vector<Transmission> rows_of(Database& database, const OutboundKey& key) {
    static const std::string sql =
        select_transmissions("") + "WHERE t.project = ? AND t.communication = ? ORDER BY t.recipient";
    Query query(database, sql);
    query.bind(key.project).bind(key.communication);
    return collect(query);
}

void insert(Database& writer, const Transmission& row) {
    Query query(writer, "INSERT INTO transmission VALUES"
                        " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_transmission(query, row);
    query.run();
    write_number(writer, row);
}

void update(Database& writer, const Transmission& row) {
    Query query(writer,
                "UPDATE transmission SET stage = ?4, due = ?5, held = ?6, attempts = ?7, reason = ?8,"
                " accepted = ?9, begun = ?10, submitted = ?11, settled = ?12, user_id = ?13, reference = ?14,"
                " destination = ?15, round = ?16, documents = ?17, fax_id = ?18, status = ?19, code = ?20,"
                " pages = ?21, tries = ?22, outcome = ?23, told = ?24, cancel = ?25, payload = ?26"
                " WHERE project = ?1 AND communication = ?2 AND recipient = ?3");
    bind_transmission(query, row);
    query.run();
    if (writer.changes() != 1)
        throw std::logic_error("a transmission was to be saved that was never claimed");
    write_number(writer, row);
}

bool is_prepared(Database& writer, const TransmissionKey& key) {
    Query query(writer, "SELECT stage FROM transmission"
                        " WHERE project = ? AND communication = ? AND recipient = ?");
    query.bind(key.project).bind(key.communication).bind(std::int64_t{key.recipient});
    return query.next() && query.number(0) == static_cast<std::int64_t>(SendStage::prepared);
}

std::int64_t in_flight(Database& writer, const Transmission& row) {
    Query query(writer, in_flight_sql);
    query.bind(row.key.project);
    bind_packed(query, row.destination);
    return query.next() ? query.number(0) : 0;
}

std::int64_t begun_within_the_hour(Database& writer, const Transmission& row) {
    Query query(writer, begun_sql);
    query.bind(row.key.project);
    bind_packed(query, row.destination);
    query.bind(milliseconds(*row.begun - hour)).bind(milliseconds(*row.begun + hour));
    return query.next() ? query.number(0) : 0;
}

void collect_due(Database& reader, Instant now, std::size_t most, OutboxDue& due) {
    std::set<OutboundKey> seen;
    Query query(reader, due_sql);
    query.bind(milliseconds(now));
    while (query.next()) {
        OutboundKey key{query.text(0), query.text(1)};
        if (seen.contains(key))
            continue;
        if (seen.size() == most) {
            due.more = true;
            return;
        }
        seen.insert(key);
        due.communications.push_back(std::move(key));
    }
}

std::optional<Instant> next_due(Database& reader, Instant now) {
    Query query(reader, next_due_sql);
    query.bind(milliseconds(now));
    return query.next() ? std::optional(instant(query.number(0))) : std::nullopt;
}

void bind_query(Query& rows, const OutboxQuery& query) {
    if (query.project)
        rows.bind(*query.project);
    if (query.communication)
        rows.bind(*query.communication);
    if (query.stage)
        rows.bind(static_cast<std::int64_t>(*query.stage));
    if (query.held)
        rows.bind(std::int64_t{*query.held});
    if (query.after)
        rows.bind(query.after->project)
            .bind(query.after->communication)
            .bind(std::int64_t{query.after->recipient});
    rows.bind(static_cast<std::int64_t>(std::min<std::size_t>(query.limit, std::numeric_limits<int>::max())));
}

void read_tallies(Database& reader, OutboxTotals& totals) {
    Query query(reader, "SELECT project, stage, outcome, held, transmissions FROM transmission_tally"
                        " WHERE transmissions > 0");
    while (query.next())
        totals.tallies.push_back({query.text(0), enum_of(query.number(1), SendStage::reported),
                                  enum_of(query.number(2), SendOutcome::cancelled), query.number(3) != 0,
                                  query.number(4)});
}

void read_oldest(Database& reader, OutboxTotals& totals) {
    std::set<std::string> projects;
    for (const OutboxTally& tally : totals.tallies)
        if (tally.stage < SendStage::submitted)
            projects.insert(tally.project);
    for (const std::string& project : projects) {
        Query query(reader, oldest_unsubmitted_sql);
        if (query.bind(project).next())
            totals.oldest_unsubmitted[project] = instant(query.number(0));
    }
}

void read_untold(Database& reader, OutboxTotals& totals) {
    const bool any = std::ranges::any_of(totals.tallies, [](const OutboxTally& tally) {
        return tally.stage >= SendStage::submitting && tally.stage < SendStage::reported;
    });
    if (!any)
        return;
    Query query(reader, untold_sql);
    while (query.next())
        totals.untold[query.text(0)] = {query.number(1), instant(query.number(2)),
                                        static_cast<int>(query.number(3))};
}

} // namespace

std::vector<Transmission> SqliteOutbox::claim(std::span<const Transmission> rows) {
    std::vector<Transmission> known;
    if (rows.empty())
        return known;
    const OutboundKey key{rows.front().key.project, rows.front().key.communication};
    for (const Transmission& row : rows)
        if (OutboundKey{row.key.project, row.key.communication} != key)
            throw std::logic_error("transmissions of several Communications were to be claimed at once");
    file_.apply([&](Database& writer) {
        known = rows_of(writer, key);
        if (!known.empty())
            return;
        for (const Transmission& row : rows)
            insert(writer, row);
        known = rows_of(writer, key);
    });
    return known;
}

void SqliteOutbox::save(const Transmission& row) {
    file_.apply([&](Database& writer) { update(writer, row); });
}

bool SqliteOutbox::begin(const Transmission& row, const DestinationLimits& limits) {
    if (row.stage != SendStage::submitting || !row.begun)
        throw std::logic_error("a transmission was to be begun that is not in submitting, or has no time");
    bool moved = false;
    file_.apply([&](Database& writer) {
        if (!is_prepared(writer, row.key))
            throw std::logic_error("a transmission was to be begun that is not prepared");
        moved =
            in_flight(writer, row) < limits.at_once && begun_within_the_hour(writer, row) < limits.per_hour;
        if (moved)
            update(writer, row);
    });
    return moved;
}

std::vector<Transmission> SqliteOutbox::find(const OutboundKey& key) {
    return file_.read([&](Database& reader) { return rows_of(reader, key); });
}

OutboxDue SqliteOutbox::due(Instant now, std::size_t most) {
    return file_.read([&](Database& reader) {
        OutboxDue due;
        collect_due(reader, now, most, due);
        due.next = next_due(reader, now);
        return due;
    });
}

std::vector<Transmission> SqliteOutbox::list(const OutboxQuery& query) {
    return file_.read_at_length([&](Database& reader) {
        Query rows(reader, list_sql(query));
        bind_query(rows, query);
        return collect(rows);
    });
}

OutboxTotals SqliteOutbox::totals() {
    return file_.read([](Database& reader) {
        OutboxTotals totals;
        read_tallies(reader, totals);
        read_oldest(reader, totals);
        read_untold(reader, totals);
        return totals;
    });
}

} // namespace efaxd::ledger
