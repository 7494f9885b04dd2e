#include "ledger/writer.hpp"

#include "efaxd/core/fault.hpp"
#include "fakes/temp_dir.hpp"
#include "faulty_disk.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

namespace efaxd::ledger {
namespace {

class WriterTest : public testing::Test {
  protected:
    WriterTest() {
        auto database = std::make_unique<Database>(file(), Access::writer);
        database->run("PRAGMA journal_mode = WAL; CREATE TABLE note (text TEXT NOT NULL UNIQUE) STRICT");
        writer_ = std::make_unique<Writer>(std::move(database), std::chrono::hours{1}, [](Database&) {});
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

TEST_F(WriterTest, writes_nothing_any_more_after_a_ground_fault) {
    EXPECT_THROW(writer_->apply([](Database&) { throw GroundFault("the ground shook"); }), GroundFault);
    EXPECT_THROW(note("later"), GroundFault);
    EXPECT_THROW(writer_->check(), GroundFault);
    EXPECT_EQ(count(), 0);
}

} // namespace
} // namespace efaxd::ledger
