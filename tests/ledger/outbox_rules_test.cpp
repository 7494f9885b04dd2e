// Which moves of a transmission the outbox allows, and how many go to one number.
#include "ledger/sqlite_ledger.hpp"

#include "efaxd/core/fault.hpp"
#include "fakes/temp_dir.hpp"
#include "transmissions.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <thread>

namespace efaxd::ledger {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

class OutboxRules : public testing::Test {
  protected:
    void claim(const Transmission& row) {
        ASSERT_EQ(outbox_.claim({&row, 1}), std::vector<Transmission>{row});
    }
    Transmission find(const TransmissionKey& key) {
        return outbox_.find({key.project, key.communication}).at(0);
    }
    /// Is the change kept? If not, nothing of it may be.
    bool moves(const Transmission& from, Transmission to) {
        Transmission row = from;
        row.key.communication = to.key.communication = "c-" + std::to_string(++rows_);
        claim(row);
        to.attempts = 42;
        try {
            outbox_.save(to);
        } catch (const std::logic_error&) {
            EXPECT_EQ(find(row.key), row);
            return false;
        }
        EXPECT_EQ(find(to.key), to);
        return true;
    }

    fakes::TempDir dir_;
    SqliteLedger ledger_{dir_.path()};
    Outbox& outbox_ = ledger_.outbox();
    int rows_ = 0;
};

TEST_F(OutboxRules, stages_move_forward_and_from_submitting_back_to_prepared) {
    for (const SendStage from : all_send_stages)
        for (const SendStage to : all_send_stages) {
            Transmission before = prepared("c");
            before.number.clear();
            before.stage = from;
            Transmission after = before;
            after.stage = to;
            const bool allowed = to >= from || (from == SendStage::submitting && to == SendStage::prepared);
            EXPECT_EQ(moves(before, after), allowed) << name_of(from) << " to " << name_of(to);
        }
}

TEST_F(OutboxRules, a_higher_round_begins_at_prepared_and_not_from_where_there_is_nothing_to_repeat) {
    for (const SendStage from : all_send_stages)
        for (const SendStage to : all_send_stages) {
            Transmission before = prepared("c");
            before.number.clear();
            before.stage = from;
            Transmission after = before;
            after.stage = to;
            after.round = 2;
            const bool allowed =
                to == SendStage::prepared && from >= SendStage::submitting && from <= SendStage::settled;
            EXPECT_EQ(moves(before, after), allowed) << name_of(from) << " to " << name_of(to);
        }
}

TEST_F(OutboxRules, a_round_never_decreases) {
    for (const SendStage to : all_send_stages) {
        Transmission before = settled(prepared("c"));
        before.number.clear();
        before.round = 3;
        Transmission after = before;
        after.round = 2;
        after.stage = to;
        EXPECT_FALSE(moves(before, after)) << name_of(to);
    }
}

TEST_F(OutboxRules, an_outcome_stays_within_a_round) {
    constexpr SendOutcome outcomes[] = {SendOutcome::open, SendOutcome::completed, SendOutcome::failed,
                                        SendOutcome::cancelled};
    for (const SendOutcome from : outcomes)
        for (const SendOutcome to : outcomes) {
            const Transmission before = settled(prepared("c"), from);
            Transmission after = before;
            after.outcome = to;
            EXPECT_EQ(moves(before, after), from == SendOutcome::open || from == to)
                << name_of(from) << " to " << name_of(to);
            after.round = 2;
            after.stage = SendStage::prepared;
            EXPECT_TRUE(moves(before, after));
        }
}

TEST_F(OutboxRules, a_fax_id_stays_within_a_round) {
    const std::string lower = uuid(1);
    for (const std::string& known : {lower, std::string("FAX-1")}) {
        Transmission before = submitted(prepared("c"));
        before.fax_id = known;
        for (const std::string& other : {uuid(2), std::string("FAX-2"), std::string()}) {
            Transmission after = before;
            after.fax_id = other;
            EXPECT_FALSE(moves(before, after)) << known << " to " << other;
            after.round = 2;
            after.stage = SendStage::prepared;
            EXPECT_TRUE(moves(before, after));
        }
        EXPECT_TRUE(moves(before, before));
        Transmission unknown = before;
        unknown.fax_id.clear();
        EXPECT_TRUE(moves(unknown, before));
    }
}

TEST_F(OutboxRules, begin_moves_a_prepared_row_and_keeps_all_that_it_says) {
    Transmission row = prepared("c");
    claim(row);
    row = submitting(row, noon + minutes{1});
    row.reason = "new";
    row.due = noon + hours{1};
    EXPECT_TRUE(outbox_.begin(row, {}));
    EXPECT_EQ(find(row.key), row);
}

TEST_F(OutboxRules, begin_refuses_what_cannot_be_begun) {
    EXPECT_THROW(outbox_.begin(submitting(prepared("never claimed")), {}), std::logic_error);
    Transmission row = prepared("c");
    claim(row);
    EXPECT_THROW(outbox_.begin(row, {}), std::logic_error) << "not given as in submitting";
    Transmission timeless = submitting(row);
    timeless.begun.reset();
    EXPECT_THROW(outbox_.begin(timeless, {}), std::logic_error);
    Transmission next_round = submitting(row);
    next_round.round = 2;
    EXPECT_THROW(outbox_.begin(next_round, {}), std::logic_error) << "a new round begins at prepared";
    EXPECT_EQ(find(row.key), row);

    for (const SendStage stage : all_send_stages) {
        Transmission other = prepared(std::string(name_of(stage)));
        other.number.clear();
        other.destination = name_of(stage);
        other.stage = stage;
        claim(other);
        if (stage != SendStage::prepared) {
            EXPECT_THROW(outbox_.begin(submitting(other), {}), std::logic_error);
            EXPECT_EQ(find(other.key), other);
        }
    }
}

TEST_F(OutboxRules, no_more_than_allowed_are_under_way_to_one_number) {
    const DestinationLimits limits{.at_once = 2, .per_hour = 100};
    std::vector<Transmission> rows;
    for (const char* name : {"a", "b", "c"}) {
        rows.push_back(prepared(name));
        claim(rows.back());
        rows.back() = submitting(rows.back());
    }
    EXPECT_TRUE(outbox_.begin(rows[0], limits));
    EXPECT_TRUE(outbox_.begin(rows[1], limits));
    const auto blocked = [&] {
        const bool passed = outbox_.begin(rows[2], limits);
        EXPECT_EQ(find(rows[2].key).stage, passed ? SendStage::submitting : SendStage::prepared);
        return !passed;
    };
    EXPECT_TRUE(blocked());
    rows[1] = submitted(rows[1]);
    outbox_.save(rows[1]);
    EXPECT_TRUE(blocked());
    rows[0].held = true; // it may wait for a person for days: the number must not
    rows[0].due.reset();
    outbox_.save(rows[0]);
    EXPECT_FALSE(blocked());
}

TEST_F(OutboxRules, the_limits_count_each_number_and_each_project_for_itself) {
    const DestinationLimits one{.at_once = 1, .per_hour = 1};
    Transmission first = prepared("a");
    Transmission number = prepared("b");
    number.destination = std::string(64, 'e');
    Transmission project = prepared("a", 0, "other");
    Transmission same = prepared("a", 1);
    outbox_.claim(std::vector{first, same});
    claim(number);
    claim(project);
    EXPECT_TRUE(outbox_.begin(submitting(first), one));
    EXPECT_FALSE(outbox_.begin(submitting(same), one));
    EXPECT_TRUE(outbox_.begin(submitting(number), one));
    EXPECT_TRUE(outbox_.begin(submitting(project), one));
}

TEST_F(OutboxRules, no_more_than_allowed_are_begun_to_one_number_within_an_hour) {
    const DestinationLimits limits{.at_once = 100, .per_hour = 3};
    const auto begin = [&](const std::string& name, Instant now) {
        Transmission row = prepared(name);
        if (outbox_.find({"clinic", name}).empty())
            claim(row);
        row = submitting(row, now);
        return outbox_.begin(row, limits);
    };
    const auto change = [&](const std::string& name, SendStage stage) {
        Transmission row = find({"clinic", name, 0});
        row.stage = stage;
        outbox_.save(row);
    };
    EXPECT_TRUE(begin("done", noon));
    change("done", SendStage::reported);
    EXPECT_TRUE(begin("not taken", noon + minutes{1}));
    change("not taken", SendStage::prepared);
    EXPECT_TRUE(begin("under way", noon + minutes{2}));

    EXPECT_FALSE(begin("new", noon + minutes{3}));
    EXPECT_FALSE(begin("not taken", noon + minutes{3})) << "its own try counts as well";
    EXPECT_FALSE(begin("new", noon + hours{1} - milliseconds{1}));
    EXPECT_TRUE(begin("new", noon + hours{1}));
    EXPECT_FALSE(begin("newer", noon + hours{1}));
    EXPECT_TRUE(begin("newer", noon + hours{1} + minutes{1}));
}

TEST_F(OutboxRules, a_begin_that_looked_at_the_clock_earlier_counts_those_that_passed_before_it) {
    const DestinationLimits limits{.at_once = 100, .per_hour = 1};
    Transmission late = prepared("a");
    Transmission early = prepared("b");
    claim(late);
    claim(early);
    EXPECT_TRUE(outbox_.begin(submitting(late, noon), limits));
    EXPECT_FALSE(outbox_.begin(submitting(early, noon - milliseconds{5}), limits));
    // A clock that was set right does not block a number for ever.
    EXPECT_TRUE(outbox_.begin(submitting(early, noon - hours{1}), limits));
}

/// Runs both at the same time.
template <class Work>
void together(const Work& work) {
    std::latch ready(2);
    const auto run = [&](int number) {
        ready.arrive_and_wait();
        work(number);
    };
    std::thread other(run, 1);
    run(0);
    other.join();
}

TEST_F(OutboxRules, two_hands_never_pass_together_to_one_number) {
    for (int round = 0; round < 50; ++round) {
        std::vector<Transmission> rows = {prepared("c-" + std::to_string(round), 0),
                                          prepared("c-" + std::to_string(round), 1)};
        for (Transmission& row : rows)
            row.destination = std::to_string(round);
        outbox_.claim(rows);
        bool passed[2] = {};
        together([&](int hand) {
            passed[hand] = outbox_.begin(submitting(rows[static_cast<std::size_t>(hand)]), {});
        });
        EXPECT_NE(passed[0], passed[1]);
    }
}

TEST_F(OutboxRules, two_hands_never_begin_the_same_row) {
    for (int round = 0; round < 50; ++round) {
        const Transmission row = prepared("c-" + std::to_string(round));
        claim(row);
        std::atomic<int> passed{0};
        std::atomic<int> refused{0};
        together([&](int) {
            try {
                passed += outbox_.begin(submitting(row), {.at_once = 1000, .per_hour = 1000});
            } catch (const std::logic_error&) {
                ++refused;
            }
        });
        EXPECT_EQ(passed, 1);
        EXPECT_EQ(refused, 1);
    }
}

TEST_F(OutboxRules, two_claims_of_one_communication_agree_on_one_winner) {
    for (int round = 0; round < 50; ++round) {
        std::vector<Transmission> answers[2];
        together([&](int hand) {
            std::vector<Transmission> rows;
            for (int recipient = hand; recipient < 3; ++recipient) {
                rows.push_back(accepted("c-" + std::to_string(round), recipient));
                rows.back().user_id = std::to_string(hand);
            }
            answers[hand] = outbox_.claim(rows);
        });
        EXPECT_EQ(answers[0], answers[1]);
        ASSERT_FALSE(answers[0].empty());
        EXPECT_EQ(answers[0].size(), answers[0][0].user_id == "0" ? 3u : 2u);
        for (const Transmission& row : answers[0])
            EXPECT_EQ(row.user_id, answers[0][0].user_id);
    }
}

} // namespace
} // namespace efaxd::ledger
