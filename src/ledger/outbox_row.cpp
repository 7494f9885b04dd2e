#include "ledger/outbox_row.hpp"

#include "efaxd/core/fault.hpp"
#include "ledger/columns.hpp"

#include <charconv>
#include <stdexcept>

namespace efaxd::ledger {
namespace {

[[noreturn]] void damaged() { throw GroundFault("the ledger holds documents that cannot be read"); }

/// Takes what stands before the separator, and the separator, from the text.
std::string_view take(std::string_view& text, char separator) {
    const auto end = text.find(separator);
    if (end == std::string_view::npos)
        damaged();
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(end + 1);
    return part;
}

template <class Number>
Number take_number(std::string_view& text) {
    const std::string_view digits = take(text, ' ');
    Number number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size())
        damaged();
    return number;
}

Query& bind_key(Query& query, const TransmissionKey& key) {
    return query.bind(key.project).bind(key.communication).bind(std::int64_t{key.recipient});
}

} // namespace

std::string select_transmissions(std::string_view from_transmission) {
    return "SELECT t.project, t.communication, t.recipient, t.stage, t.due, t.held, t.attempts, t.reason,"
           " t.accepted, t.begun, t.submitted, t.settled, t.user_id, t.reference, t.destination, t.round,"
           " t.documents, t.fax_id, t.status, t.code, t.pages, t.tries, t.outcome, t.told, t.cancel,"
           " t.payload,"
           " n.number FROM transmission t " +
           std::string(from_transmission) +
           " LEFT JOIN outbound_number n ON n.project = t.project AND n.communication = t.communication"
           " AND n.recipient = t.recipient ";
}

Transmission read_transmission(const Query& row) {
    Transmission read;
    read.key = {row.text(0), row.text(1), static_cast<int>(row.number(2))};
    read.stage = enum_of(row.number(3), SendStage::reported);
    read.due = read_moment(row, 4);
    read.held = row.number(5) != 0;
    read.attempts = static_cast<int>(row.number(6));
    read.reason = row.text(7);
    read.accepted = instant(row.number(8));
    read.begun = read_moment(row, 9);
    read.submitted = read_moment(row, 10);
    read.settled = read_moment(row, 11);
    read.user_id = row.text(12);
    read.recipient = row.text(13);
    read.destination = read_packed(row, 14);
    read.round = static_cast<int>(row.number(15));
    read.documents = documents_of(row.text(16));
    read.fax_id = read_packed(row, 17);
    read.status = row.text(18);
    read.code = row.text(19);
    read.pages = static_cast<int>(row.number(20));
    read.tries = static_cast<int>(row.number(21));
    read.outcome = enum_of(row.number(22), SendOutcome::cancelled);
    read.told = row.number(23) != 0;
    read.cancel = row.number(24) != 0;
    read.payload = row.text(25);
    read.number = row.text(26);
    return read;
}

void bind_transmission(Query& query, const Transmission& row) {
    bind_key(query, row.key);
    query.bind(static_cast<std::int64_t>(row.stage));
    query.bind(milliseconds(row.due));
    query.bind(std::int64_t{row.held});
    query.bind(std::int64_t{row.attempts});
    query.bind(row.reason);
    query.bind(milliseconds(row.accepted));
    query.bind(milliseconds(row.begun));
    query.bind(milliseconds(row.submitted));
    query.bind(milliseconds(row.settled));
    query.bind(row.user_id);
    query.bind(row.recipient);
    bind_packed(query, row.destination);
    query.bind(std::int64_t{row.round});
    query.bind(text_of(row.documents));
    bind_packed(query, row.fax_id);
    query.bind(row.status);
    query.bind(row.code);
    query.bind(std::int64_t{row.pages});
    query.bind(std::int64_t{row.tries});
    query.bind(static_cast<std::int64_t>(row.outcome));
    query.bind(std::int64_t{row.told});
    query.bind(std::int64_t{row.cancel});
    query.bind(row.payload);
}

void write_number(Database& writer, const Transmission& row) {
    if (row.number.empty() || row.stage == SendStage::reported) {
        Query remove(writer, "DELETE FROM outbound_number"
                             " WHERE project = ? AND communication = ? AND recipient = ?");
        bind_key(remove, row.key).run();
        return;
    }
    Query write(writer, "INSERT INTO outbound_number (project, communication, recipient, number)"
                        " VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET number = excluded.number"
                        " WHERE number <> excluded.number");
    bind_key(write, row.key).bind(row.number).run();
}

std::string text_of(const std::vector<Document>& documents) {
    std::string text;
    for (const Document& document : documents) {
        if (document.sha256.find('\n') != std::string::npos)
            throw std::logic_error("a document's digest is none");
        text += std::to_string(document.size) + ' ' + std::to_string(static_cast<int>(document.type)) + ' ' +
                document.sha256 + '\n';
    }
    return text;
}

std::vector<Document> documents_of(std::string_view text) {
    std::vector<Document> documents;
    while (!text.empty()) {
        Document document;
        document.size = take_number<std::uint64_t>(text);
        document.type = enum_of(take_number<std::int64_t>(text), MediaType::png);
        document.sha256 = take(text, '\n');
        documents.push_back(std::move(document));
    }
    return documents;
}

} // namespace efaxd::ledger
