#include "app/restore.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/fault.hpp"
#include "efaxd/core/timestamp.hpp"
#include "ledger/copy.hpp"
#include "ledger/sqlite_ledger.hpp"
#include "system/clock.hpp"
#include "system/small_file.hpp"

#include <algorithm>
#include <set>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace efaxd::app {

namespace {

constexpr auto ledger_name = "ledger.db";
constexpr const char* help_files[] = {"", "-wal", "-shm"};

/// A folder of its own, in which the copy is made ready; gone at the end.
class Workshop {
  public:
    explicit Workshop(const std::filesystem::path& state_dir) : folder_(state_dir / "restore") {
        std::filesystem::remove_all(folder_); // of one that was broken off
        std::filesystem::create_directory(folder_);
        std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
    }
    ~Workshop() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Workshop(const Workshop&) = delete;
    Workshop& operator=(const Workshop&) = delete;

    const std::filesystem::path& folder() const { return folder_; }
    std::filesystem::path ledger() const { return folder_ / ledger_name; }

  private:
    std::filesystem::path folder_;
};

void sync_folder(const std::filesystem::path& path) {
    const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = folder >= 0 && ::fsync(folder) == 0;
    if (folder >= 0)
        ::close(folder);
    if (!synced)
        throw GroundFault("the state directory could not be synced to the disk");
}

void refuse_strange_projects(const config::Config& config, const std::set<std::string>& projects) {
    const auto known = [&](const std::string& name) {
        return std::ranges::any_of(config.projects, [&](const auto& one) { return one.name == name; });
    };
    if (!projects.empty() && std::ranges::none_of(projects, known))
        throw GroundFault("the backup has faxes of other projects only, such as '" + *projects.begin() +
                          "': it belongs to another installation");
}

void look_up_again(Outbox& outbox, Transmission row, Instant now) {
    row.stage = SendStage::submitting; // some are there already
    row.begun = std::min(row.begun.value_or(row.accepted), row.accepted);
    row.held = false;
    row.due = now;
    row.attempts = 0;
    row.reason = "operator.restored";
    outbox.save(row);
}

/// The number of transmissions of which the copy does not know that eFax took them.
std::int64_t look_up_all(Outbox& outbox, Instant now) {
    OutboxQuery query;
    query.open_only = true;
    query.limit = 1000;
    std::int64_t found = 0;
    for (;;) {
        const auto page = outbox.list(query);
        for (const Transmission& row : page)
            if (row.stage <= SendStage::submitting) {
                look_up_again(outbox, row, now);
                ++found;
            }
        if (page.size() < query.limit)
            return found;
        query.after = page.back().key;
    }
}

Restored make_ready(const config::Config& config, const std::filesystem::path& folder) {
    ledger::SqliteLedger ledger(folder); // brings an older one up to date, and counts its rows
    std::set<std::string> projects;
    Restored restored;
    for (const Tally& tally : ledger.totals().tallies) {
        restored.faxes += tally.faxes;
        projects.insert(tally.project);
    }
    for (const OutboxTally& tally : ledger.outbox().totals().tallies) {
        restored.transmissions += tally.transmissions;
        projects.insert(tally.project);
    }
    refuse_strange_projects(config, projects);
    restored.to_look_up = look_up_all(ledger.outbox(), system::SystemClock().now());
    // What was claimed after the copy was made counts as claimed by another: it may have been sent.
    ledger.remember(restored_life, crypto::sha256_hex(crypto::random_bytes(32)));
    return restored;
}

/// A name that was not used before, such as `ledger.db.replaced-20261003T140000Z`.
std::string put_former_aside(const std::filesystem::path& state_dir) {
    if (!std::filesystem::exists(state_dir / ledger_name))
        return {};
    std::string moment = fhir_timestamp(system::SystemClock().now());
    std::erase_if(moment, [](char c) { return c == '-' || c == ':'; });
    std::string name = std::string(ledger_name) + ".replaced-" + moment;
    while (std::filesystem::exists(state_dir / name))
        name += '+';
    for (const char* const end : help_files)
        if (std::filesystem::exists(state_dir / (std::string(ledger_name) + end)))
            std::filesystem::rename(state_dir / (std::string(ledger_name) + end), state_dir / (name + end));
    return name;
}

} // namespace

Restored restore_ledger(const config::Config& config, const std::filesystem::path& backup,
                        system::InMemory in_memory) {
    const system::StateDir state_dir(config.state_dir, in_memory);
    try {
        const Workshop workshop(state_dir.path());
        ledger::copy_ledger(backup, workshop.ledger(), ledger::CopyOf::nobodys);
        Restored restored = make_ready(config, workshop.folder());
        if (std::filesystem::exists(workshop.ledger().string() + "-wal"))
            throw GroundFault("the restored ledger could not be closed in order");
        restored.put_aside = put_former_aside(state_dir.path());
        sync_folder(state_dir.path());
        std::filesystem::rename(workshop.ledger(), state_dir.path() / ledger_name);
        sync_folder(state_dir.path());
        // It tells of the former ledger's last life; the next start makes a new one.
        std::filesystem::remove(state_dir.path() / "ledger.mark");
        sync_folder(state_dir.path());
        return restored;
    } catch (const std::filesystem::filesystem_error& error) {
        throw GroundFault("the backup cannot be put in place: " + error.code().message());
    }
}

std::string Restored::text() const {
    std::string out = "the ledger was restored: " + std::to_string(faxes) + " received faxes, " +
                      std::to_string(transmissions) + " outbound ones\n";
    if (!put_aside.empty())
        out += "the former one is " + put_aside + " in the state directory\n";
    if (to_look_up > 0)
        out +=
            std::to_string(to_look_up) +
            " outbound faxes may have gone out since the backup was made: they are looked for at eFax, and "
            "those that\nare not found are held for a person (efaxctl transmissions --held)\n";
    return out;
}

} // namespace efaxd::app
