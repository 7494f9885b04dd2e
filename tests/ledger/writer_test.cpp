#include "ledger/writer.hpp"

#include "efaxd/core/fault.hpp"
#include "fakes/faulty_disk.hpp"
#include "fakes/temp_dir.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

namespace efaxd::ledger {
namespace {

using fakes::FaultyDisk;

class WriterTest : public testing::Test {
  protected:
    WriterTest() {
        auto database = std::make_unique<Database>(file(), Access::writer);
        database->run("PRAGMA journal_mode = WAL; CREATE TABLE note (text TEXT NOT NULL UNIQUE) STRICT");
        writer_ = make(std::move(database), hour, hour);
    }
    std::unique_ptr<Writer> make(std::unique_ptr<Database> database, Duration quiet, Duration longest) {
        return std::make_unique<Writer>(std::move(database), quiet, longest, [this](Database&) {
            ++tidied_;
            tidied_.notify_all();
        });
    }
    void reopen(Duration quiet, Duration longest) {
        writer_.reset();
        tidied_ = 0;
        writer_ = make(std::make_unique<Database>(file(), Access::writer), quiet, longest);
    }
    std::filesystem::path file() const { return dir_.path() / "test.db"; }
    std::int64_t count() const {
        return Database(file(), Access::reader).number("SELECT count(*) FROM note");
    }
    void note(const std::string& text) {
        writer_->apply(
            [&](Database& database) { Query(database, "INSERT INTO note VALUES (?)").bind(text).run(); });
    }
    /// Keeps the writing thread busy while others begin to hand in their changes.
    template <class Work>
    void together(int threads, const Work& work) {
        std::latch begun(1);
        std::latch go(1);
        std::thread blocker([&] {
            writer_->apply([&](Database&) {
                begun.count_down();
                go.wait();
            });
        });
        begun.wait();
        std::vector<std::thread> others;
        for (int number = 0; number < threads; ++number)
            others.emplace_back([&, number] { work(number); });
        go.count_down();
        for (std::thread& other : others)
            other.join();
        blocker.join();
    }

    static constexpr Duration hour = std::chrono::hours{1};

    std::atomic<int> tidied_{0};
    FaultyDisk disk_;
    fakes::TempDir dir_;
    std::unique_ptr<Writer> writer_;
};

TEST_F(WriterTest, has_committed_a_change_when_it_returns) {
    note("one");
    EXPECT_EQ(count(), 1);
}

TEST_F(WriterTest, shares_the_syncs_of_many_threads) {
    constexpr int threads = 16;
    constexpr int rounds = 20;
    const int before = disk_.syncs();
    std::vector<std::thread> writing;
    for (int thread = 0; thread < threads; ++thread)
        writing.emplace_back([&, thread] {
            for (int round = 0; round < rounds; ++round)
                note(std::to_string(thread) + "/" + std::to_string(round));
        });
    for (std::thread& thread : writing)
        thread.join();
    EXPECT_EQ(count(), threads * rounds);
    EXPECT_LT(disk_.syncs() - before, threads * rounds);
    EXPECT_GT(disk_.syncs() - before, 0);
}

TEST_F(WriterTest, undoes_a_failing_change_and_not_its_neighbours) {
    std::atomic<int> failures{0};
    together(12, [&](int number) {
        try {
            writer_->apply([&](Database& database) {
                Query(database, "INSERT INTO note VALUES (?)").bind(std::to_string(number)).run();
                if (number % 3 == 0)
                    throw std::out_of_range("change " + std::to_string(number));
            });
        } catch (const std::out_of_range& error) {
            EXPECT_EQ(error.what(), "change " + std::to_string(number));
            ++failures;
        }
    });
    EXPECT_EQ(failures, 4);
    EXPECT_EQ(count(), 8);
}

TEST_F(WriterTest, tells_a_broken_rule_to_its_caller_only) {
    note("taken");
    EXPECT_THROW(note("taken"), std::logic_error);
    EXPECT_NO_THROW(note("free"));
    EXPECT_EQ(count(), 2);
}

TEST_F(WriterTest, tidies_at_the_latest_after_its_time_though_changes_never_cease) {
    reopen(hour, Duration{0});
    std::jthread never_quiet([this](const std::stop_token& stop) {
        for (int number = 0; !stop.stop_requested(); ++number)
            note(std::to_string(number));
    });
    tidied_.wait(0);
    never_quiet.request_stop();
    never_quiet.join();
    EXPECT_GT(tidied_, 0);
}

TEST_F(WriterTest, tidies_when_it_is_quiet_long_before_the_latest_time) {
    reopen(Duration{1}, hour);
    note("one");
    tidied_.wait(0);
    EXPECT_EQ(tidied_, 1);
}

TEST_F(WriterTest, does_not_tidy_between_changes_before_its_time_and_does_at_the_end) {
    for (int number = 0; number < 20; ++number)
        note(std::to_string(number));
    EXPECT_EQ(tidied_, 0);
    writer_.reset();
    EXPECT_EQ(tidied_, 1);
}

TEST_F(WriterTest, does_not_tidy_where_nothing_was_changed) {
    reopen(hour, hour);
    writer_.reset();
    EXPECT_EQ(tidied_, 0);
}

TEST_F(WriterTest, writes_nothing_any_more_after_a_ground_fault) {
    EXPECT_THROW(writer_->apply([](Database&) { throw GroundFault("the ground shook"); }), GroundFault);
    EXPECT_THROW(note("later"), GroundFault);
    EXPECT_THROW(writer_->check(), GroundFault);
    EXPECT_EQ(count(), 0);
}

} // namespace
} // namespace efaxd::ledger
