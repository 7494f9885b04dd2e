#include "ledger/scrub.hpp"

#include <string>

namespace efaxd::ledger {
namespace {

constexpr std::int64_t most_bytes = 4 << 20;

/// `bytes`: how much PHI a row holds.
void write_anew(Database& writer, const std::string& table, const std::string& bytes) {
    if (writer.number("SELECT sum(" + bytes + ") FROM " + table) > most_bytes)
        return;
    Transaction transaction(writer, true);
    writer.run(("CREATE TEMP TABLE kept AS SELECT * FROM " + table + "; DELETE FROM " + table +
                "; INSERT INTO " + table + " SELECT * FROM kept; DROP TABLE kept;")
                   .c_str());
    transaction.commit();
}

} // namespace

void scrub_numbers(Database& writer) {
    write_anew(writer, "numbers", "length(from_number) + length(to_number) + length(members)");
    write_anew(writer, "outbound_number", "length(number)");
}

} // namespace efaxd::ledger
