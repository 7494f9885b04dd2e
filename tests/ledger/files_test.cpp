// Which files the ledger accepts, and how it is looked at without a trace.
#include "ledger/sqlite_ledger.hpp"

#include "efaxd/core/fault.hpp"
#include "entries.hpp"
#include "fakes/temp_dir.hpp"
#include "images.hpp"
#include "ledger/schema.hpp"
#include "transmissions.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <map>

namespace efaxd::ledger {
namespace {

/// Size and hash of each file.
using Contents = std::map<std::string, std::pair<std::size_t, std::size_t>>;

Contents contents_of(const std::filesystem::path& dir) {
    Contents contents;
    for (const auto& item : std::filesystem::directory_iterator(dir)) {
        std::ifstream file(item.path(), std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(file)), {});
        contents[item.path().filename()] = {bytes.size(), std::hash<std::string>()(bytes)};
    }
    return contents;
}

/// Why a ledger is refused; empty if it is not.
std::string refusal(const std::filesystem::path& dir) {
    try {
        const SqliteLedger ledger(dir);
        return {};
    } catch (const GroundFault& error) {
        return error.what();
    }
}
std::string read_only_refusal(const std::filesystem::path& dir) {
    try {
        SqliteLedger::open_read_only(dir);
        return {};
    } catch (const GroundFault& error) {
        return error.what();
    }
}

void change_file(const std::filesystem::path& dir, const char* sql) {
    Database(dir / "ledger.db", Access::writer).run(sql);
}

class LedgerFiles : public testing::Test {
  protected:
    void expect_refusal(const std::string& words) {
        const Contents before = contents_of(dir_.path());
        for (const std::string& said : {refusal(dir_.path()), read_only_refusal(dir_.path())}) {
            EXPECT_NE(said.find(words), std::string::npos) << said;
            EXPECT_EQ(contents_of(dir_.path()), before) << "a refused file stays as it is";
        }
    }

    fakes::TempDir dir_;
};

TEST_F(LedgerFiles, of_a_newer_version_are_refused) {
    SqliteLedger(dir_.path()).remember("a", "b");
    change_file(dir_.path(), "PRAGMA user_version = 99");
    expect_refusal("newer efaxd (ledger version 99");
}

TEST_F(LedgerFiles, of_no_version_are_refused) {
    SqliteLedger(dir_.path()).remember("a", "b");
    for (const char* const version : {"0", "-1", "-2147483648"}) {
        change_file(dir_.path(), (std::string("PRAGMA user_version = ") + version).c_str());
        expect_refusal("damaged");
    }
}

TEST_F(LedgerFiles, of_another_application_are_refused) {
    change_file(dir_.path(), "CREATE TABLE theirs (x)");
    expect_refusal("another application");
    change_file(dir_.path(), "PRAGMA application_id = 252006675; PRAGMA user_version = 1");
    expect_refusal("another application");
}

TEST_F(LedgerFiles, that_are_no_databases_are_refused) {
    std::ofstream(dir_.path() / "ledger.db") << std::string(10'000, 'x');
    expect_refusal("is no ledger");
}

TEST_F(LedgerFiles, that_cannot_be_opened_are_refused) {
    std::filesystem::create_directory(dir_.path() / "ledger.db");
    EXPECT_NE(refusal(dir_.path()).find("cannot be opened"), std::string::npos);
    EXPECT_NE(read_only_refusal(dir_.path()), "");
    EXPECT_NE(refusal(dir_.path() / "missing").find("cannot be opened"), std::string::npos);
}

TEST_F(LedgerFiles, with_moments_that_no_clock_has_shown_are_not_believed) {
    const Entry entry = claimed(1);
    SqliteLedger(dir_.path()).claim({&entry, 1});
    for (const char* const moment : {"9223372036854775807", "-9223372036854775808", "253402300800000"}) {
        change_file(dir_.path(), (std::string("UPDATE fax SET completed = ") + moment).c_str());
        SqliteLedger ledger(dir_.path());
        EXPECT_THROW(ledger.find(entry.key), GroundFault) << moment;
        EXPECT_THROW(ledger.list({}), GroundFault) << moment;
    }
    change_file(dir_.path(), "UPDATE fax SET completed = 253402300799999");
    EXPECT_TRUE(SqliteLedger(dir_.path()).find(entry.key));
}

TEST_F(LedgerFiles, may_lie_under_an_odd_path) {
    const auto odd = dir_.path() / "50% off? #1 & more";
    std::filesystem::create_directory(odd);
    SqliteLedger(odd).remember("a", "b");
    EXPECT_EQ(SqliteLedger(odd).recall("a"), "b");
    EXPECT_TRUE(std::filesystem::exists(odd / "ledger.db"));
    EXPECT_EQ(SqliteLedger::open_read_only(odd)->recall("a"), "b");
}

TEST_F(LedgerFiles, that_are_empty_become_ledgers) {
    std::ofstream(dir_.path() / "ledger.db").flush();
    EXPECT_EQ(SqliteLedger::open_read_only(dir_.path())->list({}).size(), 0u);
    EXPECT_EQ(refusal(dir_.path()), "");
    EXPECT_EQ(Database(dir_.path() / "ledger.db", Access::reader).number("PRAGMA user_version"),
              schema_version());
}

TEST_F(LedgerFiles, are_not_made_by_looking) {
    const auto ledger = SqliteLedger::open_read_only(dir_.path());
    EXPECT_FALSE(ledger->find(claimed(1).key));
    EXPECT_TRUE(ledger->due(noon, 10).entries.empty());
    EXPECT_TRUE(ledger->list({}).empty());
    EXPECT_TRUE(ledger->totals().tallies.empty());
    EXPECT_FALSE(ledger->recall("a"));
    Outbox& outbox = ledger->outbox();
    EXPECT_TRUE(outbox.find({"clinic", "c"}).empty());
    EXPECT_TRUE(outbox.due(noon, 10).communications.empty());
    EXPECT_TRUE(outbox.list({}).empty());
    EXPECT_TRUE(outbox.totals().tallies.empty());
    EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
}

TEST_F(LedgerFiles, are_not_changed_by_looking) {
    const Entry entry = claimed(1);
    {
        SqliteLedger ledger(dir_.path());
        ledger.claim({&entry, 1});
    }
    const Contents before = contents_of(dir_.path());
    EXPECT_EQ(before.size(), 1u);
    {
        const auto ledger = SqliteLedger::open_read_only(dir_.path());
        EXPECT_EQ(ledger->find(entry.key), entry);
        EXPECT_EQ(ledger->due(noon, 10).entries.size(), 1u);
        EXPECT_EQ(ledger->list({}).size(), 1u);
        EXPECT_EQ(contents_of(dir_.path()), before);
        EXPECT_THROW(ledger->claim({&entry, 1}), std::logic_error);
        EXPECT_THROW(ledger->save(entry), std::logic_error);
        EXPECT_THROW(ledger->remember("a", "b"), std::logic_error);
    }
    EXPECT_EQ(contents_of(dir_.path()), before);
}

TEST_F(LedgerFiles, are_not_changed_by_looking_at_what_is_sent) {
    const Transmission row = prepared("c");
    {
        SqliteLedger ledger(dir_.path());
        ledger.outbox().claim({&row, 1});
    }
    const Contents before = contents_of(dir_.path());
    {
        const auto ledger = SqliteLedger::open_read_only(dir_.path());
        Outbox& outbox = ledger->outbox();
        EXPECT_EQ(outbox.find({"clinic", "c"}), std::vector<Transmission>{row});
        EXPECT_EQ(outbox.due(noon, 10).communications.size(), 1u);
        EXPECT_EQ(outbox.list({}), std::vector<Transmission>{row});
        EXPECT_EQ(outbox.totals().tallies.size(), 1u);
        EXPECT_EQ(outbox.totals().oldest_unsubmitted.size(), 1u);
        EXPECT_THROW(outbox.claim({&row, 1}), std::logic_error);
        EXPECT_THROW(outbox.save(row), std::logic_error);
        EXPECT_THROW(outbox.begin(submitting(row), {}), std::logic_error);
    }
    EXPECT_EQ(contents_of(dir_.path()), before);
}

/// A daemon in a process of its own, that claims one fax each time it is told to.
class Daemon {
  public:
    explicit Daemon(const std::filesystem::path& dir) {
        EXPECT_EQ(::pipe(orders_), 0);
        EXPECT_EQ(::pipe(answers_), 0);
        child_ = ::fork();
        if (child_ != 0)
            return;
        SqliteLedger ledger(dir);
        for (std::uint8_t number = 0; ::read(orders_[0], &number, 1) == 1;) {
            const Entry entry = claimed(number);
            ledger.claim({&entry, 1});
            if (::write(answers_[1], &number, 1) != 1)
                ::_exit(1);
        }
    }
    ~Daemon() {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
        for (const int end : {orders_[0], orders_[1], answers_[0], answers_[1]})
            ::close(end);
    }
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    void claim(std::uint8_t number) {
        EXPECT_EQ(::write(orders_[1], &number, 1), 1);
        EXPECT_EQ(::read(answers_[0], &number, 1), 1);
    }

  private:
    int orders_[2];
    int answers_[2];
    pid_t child_;
};

TEST_F(LedgerFiles, can_be_looked_at_beside_a_running_daemon_and_after_its_death) {
    {
        Daemon daemon(dir_.path());
        for (std::uint8_t number = 0; number < 20; ++number) {
            daemon.claim(number);
            const Contents before = contents_of(dir_.path());
            EXPECT_EQ(before.size(), 3u);
            const auto ledger = SqliteLedger::open_read_only(dir_.path());
            EXPECT_EQ(ledger->list({}).size(), number + 1u);
            EXPECT_EQ(contents_of(dir_.path()), before);
        }
    }
    const Contents before = contents_of(dir_.path());
    EXPECT_EQ(SqliteLedger::open_read_only(dir_.path())->list({}).size(), 20u);
    EXPECT_EQ(contents_of(dir_.path()), before);
    EXPECT_EQ(SqliteLedger(dir_.path()).list({}).size(), 20u);
}

TEST_F(LedgerFiles, of_a_killed_daemon_can_be_looked_at_and_stay_for_its_recovery) {
    const Entry entry = claimed(1);
    const fakes::TempDir image; // what a kill leaves
    {
        SqliteLedger ledger(dir_.path());
        ledger.claim({&entry, 1});
        copy_files(dir_.path(), image.path());
    }
    const Contents before = contents_of(image.path());
    EXPECT_EQ(before.size(), 3u);
    EXPECT_EQ(SqliteLedger::open_read_only(image.path())->find(entry.key), entry);
    EXPECT_EQ(contents_of(image.path()), before);
    EXPECT_EQ(SqliteLedger(image.path()).find(entry.key), entry);
}

} // namespace
} // namespace efaxd::ledger
