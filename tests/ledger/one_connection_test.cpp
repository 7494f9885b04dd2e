// SQLite before 3.51.3 can damage a file in which two connections write or checkpoint at once: whatever is
// done, by however many threads, the file is open for writing once in this process, and never mapped.
#include "entries.hpp"
#include "fakes/temp_dir.hpp"
#include "ledger/sqlite_ledger.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace efaxd::ledger {
namespace {

int times_open_for_writing(const std::filesystem::path& file) {
    int times = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone; // the directory's own descriptor is one of them
        if (std::filesystem::read_symlink(entry.path(), gone) != file)
            continue;
        std::ifstream info("/proc/self/fdinfo/" + entry.path().filename().string());
        for (std::string line; std::getline(info, line);)
            if (line.starts_with("flags:"))
                times += (std::stoi(line.substr(6), nullptr, 8) & O_ACCMODE) == O_RDONLY ? 0 : 1;
    }
    return times;
}

bool is_mapped(const std::filesystem::path& file) {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);)
        if (line.ends_with(file.string()))
            return true;
    return false;
}

TEST(LedgerConnection, that_writes_is_one_however_many_threads_ask) {
    fakes::TempDir dir;
    const auto file = std::filesystem::canonical(dir.path()) / "ledger.db";
    SqliteLedger ledger(dir.path());
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 8; ++thread)
            threads.emplace_back([&, thread] {
                for (int i = 0; i < 20; ++i) {
                    const Entry entry = claimed(static_cast<std::uint64_t>(thread * 100 + i));
                    ledger.claim(std::vector{entry});
                    ledger.save(entry);
                    ledger.find(entry.key);
                    ledger.due(Instant::max(), 10);
                    ledger.outbox().totals();
                }
            });
    }
    LedgerQuery query;
    query.limit = 1000;
    EXPECT_EQ(ledger.list(query).size(), 160U);
    EXPECT_EQ(times_open_for_writing(file), 1);
    EXPECT_FALSE(is_mapped(file));
}

} // namespace
} // namespace efaxd::ledger
