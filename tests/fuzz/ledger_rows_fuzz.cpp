// Rows of a ledger whose values are anybody's. The input is the columns: for each a byte that says what it
// is, and then its value.
#include "fuzz/fuzz.hpp"

#include "efaxd/core/fault.hpp"
#include "efaxd/core/timestamp.hpp"
#include "ledger/columns.hpp"
#include "ledger/outbox_row.hpp"
#include "ledger/row.hpp"

#include <optional>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

/// Takes the input apart.
class Values {
  public:
    explicit Values(std::string_view bytes) : rest_(bytes) {}

    void bind_next(ledger::Query& query) {
        const unsigned kind = byte();
        switch (kind % 8) {
        case 0:
            query.bind_null();
            return;
        case 1:
            query.bind(big_number());
            return;
        case 2:
            query.bind(take(byte()));
            return;
        case 3:
            query.bind_blob(take(byte()));
            return;
        default:
            query.bind(std::int64_t{kind / 8} - 2);
            return;
        }
    }

  private:
    unsigned byte() { return static_cast<unsigned char>(take(1).empty() ? 0 : last_); }

    std::string_view take(std::size_t count) {
        const auto taken = rest_.substr(0, count);
        rest_.remove_prefix(taken.size());
        last_ = taken.empty() ? '\0' : taken.back();
        return taken;
    }

    std::int64_t big_number() {
        std::uint64_t number = 0;
        for (int i = 0; i < 8; ++i)
            number = number << 8 | byte();
        return static_cast<std::int64_t>(number);
    }

    std::string_view rest_;
    char last_ = 0;
};

ledger::Database& database() {
    static ledger::Database the_database({}, ledger::Access::memory);
    return the_database;
}

std::string select_parameters(int count, const char* ending) {
    std::string sql = "SELECT ?";
    for (int i = 1; i < count; ++i)
        sql += ",?";
    return sql + ending;
}

void check(const std::optional<Instant>& moment) {
    if (moment)
        must(read_timestamp(fhir_timestamp(*moment)).has_value(), "a moment can be told");
}

void try_entry(std::string_view bytes) {
    static const std::string sql = select_parameters(25, "");
    ledger::Query query(database(), sql);
    Values values(bytes);
    for (int i = 0; i < 25; ++i)
        values.bind_next(query);
    must(query.next(), "there is a row");
    const Entry entry = ledger::read_entry(query);
    for (const auto& moment :
         {entry.due, std::optional(entry.first_seen), entry.delivered_at, entry.fax.completed})
        check(moment);
}

/// What was read is the same when it is written and read again.
void try_transmission(std::string_view bytes) {
    static const std::string sql = select_parameters(27, "");
    static const std::string again = select_parameters(26, ",''");
    Transmission read;
    {
        ledger::Query query(database(), sql);
        Values values(bytes);
        for (int i = 0; i < 27; ++i)
            values.bind_next(query);
        must(query.next(), "there is a row");
        read = ledger::read_transmission(query);
    }
    for (const auto& moment :
         {read.due, std::optional(read.accepted), read.begun, read.submitted, read.settled})
        check(moment);
    read.number.clear();
    ledger::Query query(database(), again);
    ledger::bind_transmission(query, read);
    must(query.next(), "it can be written");
    must(ledger::read_transmission(query) == read, "a row comes back as it was written");
}

void try_columns(std::string_view text) {
    const auto packed = ledger::packed(text);
    must(packed.empty() || ledger::unpacked(packed) == text, "what is packed comes back");
    const auto documents = ledger::documents_of(text);
    must(ledger::documents_of(ledger::text_of(documents)) == documents, "documents come back");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto input = fuzz::text_of(bytes, size);
    const auto meet = [&](void (*attempt)(std::string_view)) {
        try {
            attempt(input);
        } catch (const GroundFault& fault) {
            must(fuzz::is_printable_ascii(fault.what()), "a fault tells nothing of the row");
        }
    };
    meet(try_columns);
    meet(size % 2 == 0 ? try_entry : try_transmission);
    return 0;
}
