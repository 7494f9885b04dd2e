#include "app/house.hpp"

#include "app/readiness.hpp"
#include "app/wiring.hpp"
#include "crypto/crypto.hpp"
#include "ledger/copy.hpp"

#include <stdexcept>

namespace efaxd::app {

namespace {

constexpr auto backup_name = "ledger-backup";

/// Made once for a ledger: whoever lacks it cannot tell a fax by the id of its Binary.
std::string installation_key(Ledger& ledger) {
    constexpr auto name = "installation key";
    if (const auto key = ledger.recall(name))
        return *key;
    const auto key = crypto::sha256_hex(crypto::random_bytes(32));
    ledger.remember(name, key);
    return key;
}

} // namespace

House::House(const config::Config& config, system::InMemory in_memory)
    : state_dir_(config.state_dir, in_memory), mark_(config.state_dir), ledger_(config.state_dir),
      spool_(state_dir_.spool(), spool::system_files(), spool::FileSpool::usual_memory),
      converter_({convert::converter_program()}), installation_key_(installation_key(ledger_)),
      projects_(make_projects(config, ground())) {
    mark_.count(ledger_);
    std::filesystem::remove(state_dir_.path() / backup_name); // of a life that was cut off
    make_ready(ground(), projects_, spool_);
}

House::~House() {
    try {
        mark_.count(ledger_);
    } catch (const std::exception&) { // whatever failed the ledger was said before
    }
}

Ground House::ground() { return {ledger_, ledger_.outbox(), spool_, converter_, clock_, installation_key_}; }

std::filesystem::path House::copy_ledger() const {
    const auto from = state_dir_.path() / "ledger.db";
    const auto to = state_dir_.path() / backup_name;
    std::filesystem::remove(to);
    if (free_disk() < std::filesystem::file_size(from) + spare_disk)
        throw Fault(Fault::Kind::passing, "ledger.full",
                    "no room is left on the disk for a copy of the ledger");
    ledger::copy_ledger(from, to, ledger::CopyOf::our_own);
    return to;
}

std::uint64_t House::free_disk() const { return system::free_room(state_dir_.path()).bytes; }

GlassHouse::GlassHouse(const config::Config& config)
    : ledger_(ledger::SqliteLedger::open_read_only(config.state_dir)),
      converter_({convert::converter_program()}), projects_(make_projects(config, ground())) {}

Ground GlassHouse::ground() { return {*ledger_, ledger_->outbox(), spool_, converter_, clock_, {}}; }

std::unique_ptr<SpoolWriter> GlassHouse::NoSpool::write(const FaxKey&) {
    throw std::logic_error("a house to look out of has no spool");
}
std::unique_ptr<SpoolReader> GlassHouse::NoSpool::open(const FaxKey&, const Document&) {
    throw std::logic_error("a house to look out of has no spool");
}
void GlassHouse::NoSpool::remove(const FaxKey&) {
    throw std::logic_error("a house to look out of has no spool");
}

} // namespace efaxd::app
