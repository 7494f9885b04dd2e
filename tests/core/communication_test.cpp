#include "efaxd/core/communication.hpp"

#include <gtest/gtest.h>

namespace efaxd {
namespace {

using namespace std::chrono_literals;

Entry attached() {
    Entry entry;
    entry.key = {"clinic", "abcdef12-3456"};
    entry.mailbox = "clinic:system";
    entry.fax.id = entry.key.fax_id;
    entry.fax.listed_id = "ABCDEF12-3456";
    entry.fax.completed = Instant{1'000s};
    entry.fax.from_number = "+1 (303) 555-0123";
    entry.fax.to_number = "13035550199";
    entry.fax.members = R"({"priority":"urgent"})";
    entry.stage = Stage::attached;
    entry.first_seen = Instant{2'000s};
    entry.document = {.size = 12, .sha256 = "00ff", .type = MediaType::pdf};
    entry.binary_id = "b1";
    return entry;
}

TEST(Compose, says_all_that_is_known_of_the_fax) {
    const InboundCommunication expected{
        .fax_id = "ABCDEF12-3456",
        .recipient = "Organization/1",
        .from_number = "+13035550123",
        .sent = Instant{1'000s},
        .binary = "b1",
        .document = {.size = 12, .sha256 = "00ff", .type = MediaType::pdf},
        .members = R"({"priority":"urgent"})",
    };
    EXPECT_EQ(compose(attached(), "Organization/1"), expected);
}

TEST(Compose, dates_a_fax_without_completion_time_by_its_first_sight) {
    Entry entry = attached();
    entry.fax.completed.reset();
    EXPECT_EQ(compose(entry, "").sent, Instant{2'000s});
}

TEST(Compose, leaves_out_an_unknown_caller_and_recipient) {
    Entry entry = attached();
    entry.fax.from_number = "unavailable";
    const InboundCommunication communication = compose(entry, "");
    EXPECT_EQ(communication.from_number, "");
    EXPECT_EQ(communication.recipient, "");
}

TEST(Compose, falls_back_to_the_key_when_no_spelling_was_kept) {
    Entry entry = attached();
    entry.fax.listed_id.clear();
    EXPECT_EQ(compose(entry, "").fax_id, "abcdef12-3456");
}

} // namespace
} // namespace efaxd
