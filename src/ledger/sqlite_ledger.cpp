#include "ledger/sqlite_ledger.hpp"

#include "ledger/columns.hpp"
#include "ledger/row.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <limits>
#include <set>
#include <stdexcept>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace efaxd::ledger {
namespace {

constexpr std::size_t few = 100;       // due faxes that are read without going from mailbox to mailbox
constexpr std::size_t most_due = 4096; // faxes handed out at once, unless more mailboxes wait

std::int64_t mailbox_ref(Database& writer, const Entry& entry) {
    Query known(writer, "SELECT ref FROM mailbox WHERE name = ? AND user_id = ?");
    known.bind(entry.mailbox).bind(entry.user_id);
    if (known.next())
        return known.number(0);
    Query(writer, "INSERT INTO mailbox (name, user_id) VALUES (?, ?)")
        .bind(entry.mailbox)
        .bind(entry.user_id)
        .run();
    return writer.last_row();
}

bool insert(Database& writer, const Entry& entry) {
    Query query(writer,
                "INSERT INTO fax (project, fax_id, mailbox, stage, due, held, attempts, reason, first_seen,"
                " delivered_at, listed_id, completed, pages, downloaded, stored, size, sha256, media_type,"
                " binary_id, communication_id, spares)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (project, fax_id) DO NOTHING");
    query.bind(entry.key.project).bind(entry.key.fax_id);
    bind_facts(query, entry, mailbox_ref(writer, entry));
    query.run();
    return writer.changes() == 1;
}

void update(Database& writer, const Entry& entry) {
    Query query(writer,
                "UPDATE fax SET mailbox = ?3, stage = ?4, due = ?5, held = ?6, attempts = ?7, reason = ?8,"
                " first_seen = ?9, delivered_at = ?10, listed_id = ?11, completed = ?12, pages = ?13,"
                " downloaded = ?14, stored = ?15, size = ?16, sha256 = ?17, media_type = ?18,"
                " binary_id = ?19, communication_id = ?20, spares = ?21"
                " WHERE project = ?1 AND fax_id = ?2 AND stage <= ?4");
    query.bind(entry.key.project).bind(entry.key.fax_id);
    bind_facts(query, entry, mailbox_ref(writer, entry));
    query.run();
    if (writer.changes() != 1)
        throw std::logic_error(
            "a fax was to be saved that was never claimed, or at an earlier stage than it is");
    write_numbers(writer, entry);
}

void collect(Query& query, Due& due) {
    while (query.next())
        due.entries.push_back(read_entry(query));
}

/// The oldest due faxes of all mailboxes. False if there are more than `most`.
bool collect_few(Database& reader, Instant now, std::size_t most, Due& due) {
    static const std::string sql =
        select_entries("INDEXED BY waiting") +
        "WHERE f.held = 0 AND f.due IS NOT NULL AND f.due <= ? ORDER BY f.due LIMIT ?";
    Query query(reader, sql);
    query.bind(milliseconds(now)).bind(static_cast<std::int64_t>(most + 1));
    collect(query, due);
    return due.entries.size() <= most;
}

/// The oldest due faxes of one mailbox, `most` of them.
void collect_from(Database& reader, std::int64_t mailbox, Instant now, std::int64_t most, Due& due) {
    static const std::string sql = select_entries("INDEXED BY waiting_in") +
                                   "WHERE f.held = 0 AND f.due IS NOT NULL AND f.mailbox = ? AND f.due <= ?"
                                   " ORDER BY f.due LIMIT ?";
    Query query(reader, sql);
    query.bind(mailbox).bind(milliseconds(now)).bind(most);
    collect(query, due);
}

/// The mailboxes that have due faxes. Steps from one with waiting ones to the next: one look into the index
/// for each.
std::vector<std::int64_t> mailboxes_with_due(Database& reader, Instant now) {
    std::vector<std::int64_t> mailboxes;
    for (std::int64_t mailbox = -1;;) {
        Query query(reader, "SELECT mailbox, due FROM fax INDEXED BY waiting_in WHERE held = 0"
                            " AND due IS NOT NULL AND mailbox > ? ORDER BY mailbox, due LIMIT 1");
        if (!query.bind(mailbox).next())
            return mailboxes;
        mailbox = query.number(0);
        if (query.number(1) <= milliseconds(now))
            mailboxes.push_back(mailbox);
    }
}

std::optional<Instant> next_due(Database& reader, Instant now) {
    Query query(reader,
                "SELECT due FROM fax INDEXED BY waiting WHERE held = 0 AND due IS NOT NULL AND due > ?"
                " ORDER BY due LIMIT 1");
    query.bind(milliseconds(now));
    return query.next() ? std::optional(instant(query.number(0))) : std::nullopt;
}

/// Puts the oldest first and leaves out what is over the limit of a mailbox.
void sort_and_cut(Due& due, std::size_t per_mailbox) {
    std::sort(due.entries.begin(), due.entries.end(), [](const Entry& one, const Entry& other) {
        return std::tie(*one.due, one.key) < std::tie(*other.due, other.key);
    });
    std::unordered_map<std::string, std::size_t> taken;
    const auto over = [&](const Entry& entry) { return ++taken[entry.mailbox] > per_mailbox; };
    due.more = std::erase_if(due.entries, over) > 0;
}

std::string list_sql(const LedgerQuery& query) {
    // Only the unsettled ones have an index that spares reading the settled ones, which are nearly all.
    const bool unsettled = query.unsettled_only || query.held == true;
    std::string sql = select_entries(unsettled ? "INDEXED BY unsettled" : "");
    sql += unsettled ? "WHERE (f.held = 1 OR f.due IS NOT NULL)" : "WHERE 1";
    if (query.project)
        sql += " AND f.project = ?";
    if (query.mailbox)
        sql += " AND m.name = ?";
    if (query.stage)
        sql += " AND f.stage = ?";
    if (query.held)
        sql += " AND f.held = ?";
    if (query.after)
        sql += " AND (f.project, f.fax_id) > (?, ?)";
    return sql + " ORDER BY f.project, f.fax_id LIMIT ?";
}

void read_tallies(Database& reader, Totals& totals) {
    Query query(reader, "SELECT t.project, m.name, t.stage, t.held, sum(t.faxes) FROM tally t"
                        " JOIN mailbox m ON m.ref = t.mailbox GROUP BY t.project, m.name, t.stage, t.held"
                        " HAVING sum(t.faxes) > 0");
    while (query.next())
        totals.tallies.push_back({query.text(0), query.text(1), static_cast<Stage>(query.number(2)),
                                  query.number(3) != 0, query.number(4)});
}

void read_oldest(Database& reader, Totals& totals) {
    std::set<std::string> projects;
    for (const Tally& tally : totals.tallies)
        projects.insert(tally.project);
    for (const std::string& project : projects) {
        Query query(reader,
                    "SELECT first_seen FROM fax INDEXED BY undelivered WHERE stage < 3 AND project = ?"
                    " ORDER BY first_seen LIMIT 1");
        if (query.bind(project).next())
            totals.oldest_undelivered[project] = instant(query.number(0));
    }
}

void read_spares(Database& reader, Totals& totals) {
    Query query(reader, "SELECT project, spares FROM spare WHERE spares > 0");
    while (query.next())
        totals.spares[query.text(0)] = query.number(1);
}

} // namespace

std::string_view sqlite_version() { return sqlite3_libversion(); }

SqliteLedger::SqliteLedger(const std::filesystem::path& state_dir, Duration quiet, Duration longest)
    : SqliteLedger(std::make_unique<LedgerFile>(state_dir, quiet, longest)) {}

SqliteLedger::SqliteLedger(std::unique_ptr<LedgerFile> file) : file_(std::move(file)), outbox_(*file_) {}

SqliteLedger::~SqliteLedger() = default;

std::unique_ptr<SqliteLedger> SqliteLedger::open_read_only(const std::filesystem::path& state_dir) {
    return std::unique_ptr<SqliteLedger>(new SqliteLedger(LedgerFile::open_read_only(state_dir)));
}

std::vector<std::size_t> SqliteLedger::claim(std::span<const Entry> entries) {
    std::vector<std::size_t> fresh;
    if (entries.empty())
        return fresh;
    file_->apply([&](Database& writer) {
        fresh.clear();
        for (std::size_t at = 0; at < entries.size(); ++at)
            if (insert(writer, entries[at])) {
                write_numbers(writer, entries[at]);
                fresh.push_back(at);
            }
    });
    return fresh;
}

void SqliteLedger::save(const Entry& entry) {
    file_->apply([&](Database& writer) { update(writer, entry); });
}

std::optional<Entry> SqliteLedger::find(const FaxKey& key) {
    static const std::string sql = select_entries("") + "WHERE f.project = ? AND f.fax_id = ?";
    return file_->read([&](Database& reader) {
        Query query(reader, sql);
        query.bind(key.project).bind(key.fax_id);
        return query.next() ? std::optional(read_entry(query)) : std::nullopt;
    });
}

Due SqliteLedger::due(Instant now, std::size_t per_mailbox) {
    return file_->read([&](Database& reader) {
        Due due;
        due.next = next_due(reader, now);
        std::size_t share = per_mailbox;
        if (!collect_few(reader, now, few, due)) { // one flooded mailbox may hide the others
            due.entries.clear();
            const auto mailboxes = mailboxes_with_due(reader, now);
            share = std::min(share, std::max<std::size_t>(1, most_due / mailboxes.size()));
            for (const std::int64_t mailbox : mailboxes)
                collect_from(reader, mailbox, now, static_cast<std::int64_t>(share + 1), due);
        }
        sort_and_cut(due, share);
        return due;
    });
}

std::vector<Entry> SqliteLedger::list(const LedgerQuery& query) {
    return file_->read_at_length([&](Database& reader) {
        Query rows(reader, list_sql(query));
        if (query.project)
            rows.bind(*query.project);
        if (query.mailbox)
            rows.bind(*query.mailbox);
        if (query.stage)
            rows.bind(static_cast<std::int64_t>(*query.stage));
        if (query.held)
            rows.bind(std::int64_t{*query.held});
        if (query.after)
            rows.bind(query.after->project).bind(query.after->fax_id);
        rows.bind(
            static_cast<std::int64_t>(std::min<std::size_t>(query.limit, std::numeric_limits<int>::max())));
        std::vector<Entry> entries;
        while (rows.next())
            entries.push_back(read_entry(rows));
        return entries;
    });
}

Totals SqliteLedger::totals() {
    return file_->read([](Database& reader) {
        Totals totals;
        read_tallies(reader, totals);
        read_oldest(reader, totals);
        read_spares(reader, totals);
        return totals;
    });
}

void SqliteLedger::remember(const std::string& name, const std::string& value) {
    file_->apply([&](Database& writer) {
        Query(writer, "INSERT INTO memory (name, value) VALUES (?, ?)"
                      " ON CONFLICT DO UPDATE SET value = excluded.value")
            .bind(name)
            .bind(value)
            .run();
    });
}

std::optional<std::string> SqliteLedger::recall(const std::string& name) {
    return file_->read([&](Database& reader) {
        Query query(reader, "SELECT value FROM memory WHERE name = ?");
        query.bind(name);
        return query.next() ? std::optional(query.text(0)) : std::nullopt;
    });
}

} // namespace efaxd::ledger
