// A ledger file that was damaged or tampered with. The input is changes to the file of a small ledger: for
// each three bytes for the place, one for the length, and the new bytes. Only a first byte that 8 divides
// opens it for writing, which takes longer. Slow, since nearly all of it is SQLite; see ledger_rows.
#include "fuzz/fuzz.hpp"

#include "efaxd/core/fault.hpp"
#include "efaxd/core/timestamp.hpp"
#include "fakes/temp_dir.hpp"
#include "ledger/sqlite_ledger.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

const Instant now = read_timestamp("2026-10-03T14:00:00Z")->instant;

Entry entry(const std::string& id) {
    Entry made;
    made.key = {"clinic", id};
    made.mailbox = "clinic:system";
    made.user_id = "shared-user";
    made.fax.id = made.fax.listed_id = id;
    made.fax.from_number = "+13035550123";
    made.first_seen = now;
    made.due = now;
    return made;
}

Transmission transmission(const std::string& communication) {
    Transmission made;
    made.key = {"clinic", communication, 0};
    made.accepted = now;
    made.due = now;
    made.user_id = "shared-user";
    made.recipient = "Organization/o-1";
    made.number = "+13035550123";
    made.destination = "d";
    made.documents = {{33, std::string(64, 'a'), MediaType::pdf}};
    return made;
}

/// The bytes of a ledger with something of everything in it.
std::string sound_file() {
    const fakes::TempDir dir(fakes::TempDir::Where::quick);
    {
        ledger::SqliteLedger ledger(dir.path());
        const Entry entries[] = {entry("0b6f7c1e-5a52-4f0e-9a61-2d1f3c9be003"), entry("fax-00000002")};
        ledger.claim(entries);
        const auto row = transmission("c-1");
        ledger.outbox().claim({&row, 1});
        ledger.remember("name", "value");
    }
    std::ifstream file(dir.path() / "ledger.db", std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string damaged_by(std::string_view input) {
    static const std::string sound = sound_file();
    std::string file = sound;
    const auto byte = [&](std::size_t at) { return std::size_t{static_cast<unsigned char>(input[at])}; };
    while (input.size() > 4) {
        const std::size_t place = (byte(0) << 16 | byte(1) << 8 | byte(2)) % file.size();
        const std::size_t length = std::min({byte(3), input.size() - 4, file.size() - place});
        input.substr(4, length).copy(file.data() + place, length);
        input.remove_prefix(4 + length);
    }
    return file;
}

void write(const std::filesystem::path& path, std::string_view bytes) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must(file >= 0 && ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
             ::close(file) == 0,
         "the file can be written");
}

void look(ledger::SqliteLedger& ledger) {
    ledger.list({});
    ledger.find({"clinic", "fax-00000002"});
    ledger.due(now, 10);
    ledger.totals();
    ledger.recall("name");
    ledger.outbox().list({});
    ledger.outbox().find({"clinic", "c-1"});
    ledger.outbox().due(now, 10);
    ledger.outbox().totals();
}

void change(ledger::SqliteLedger& ledger) {
    const Entry another = entry("fax-00000003");
    ledger.claim({&another, 1});
    ledger.save(another);
    const auto row = transmission("c-2");
    ledger.outbox().claim({&row, 1});
    ledger.remember("name", "another");
}

/// Every verb may say that the ground failed; a change may find that a row has become impossible.
template <class Work>
void meet(Work work) {
    try {
        work();
    } catch (const GroundFault& fault) {
        must(fuzz::is_printable_ascii(fault.what()), "a fault tells nothing of the file");
    } catch (const std::logic_error& error) {
        must(fuzz::is_printable_ascii(error.what()), "nor does a rule that is broken");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0)
        return 0;
    static const fakes::TempDir dir(fakes::TempDir::Where::quick);
    const auto file = dir.path() / "ledger.db";
    ::unlink((file.string() + "-wal").c_str());
    ::unlink((file.string() + "-shm").c_str());
    write(file, damaged_by(fuzz::text_of(bytes + 1, size - 1)));
    if (bytes[0] != 0)
        meet([&] { look(*ledger::SqliteLedger::open_read_only(dir.path())); });
    else
        meet([&] {
            ledger::SqliteLedger ledger(dir.path());
            meet([&] { look(ledger); });
            meet([&] { change(ledger); });
        });
    return 0;
}
