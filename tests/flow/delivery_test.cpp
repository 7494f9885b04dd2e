#include "flow/world.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace efaxd::flow {
namespace {

using namespace std::chrono_literals;

constexpr auto fax_1 = "fax-00000001";

/// A world in which one fax is claimed. The parameter: the memory of its spool.
struct DeliveryTest : testing::TestWithParam<std::size_t> {
    DeliveryTest() {
        world.efax.put("user-1", fax_1, world.clock.now() - 1h);
        world.poll();
    }

    void fail_once(auto& side, const std::string& verb, const Fault& fault) {
        side.on_call = [verb, fault, left = 1](const std::string& call) mutable {
            if (left > 0 && call.starts_with(verb)) {
                --left;
                throw Fault(fault);
            }
        };
    }

    World world{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Ways, DeliveryTest, testing::Values(0, spool::FileSpool::usual_memory),
                         [](const auto& way) { return way.param == 0 ? "by_file" : "in_memory"; });

TEST_P(DeliveryTest, carries_a_fax_to_its_end_in_one_go) {
    const Entry entry = world.carry(fax_1);
    EXPECT_EQ(entry.stage, Stage::acknowledged);
    EXPECT_TRUE(entry.settled());
    ASSERT_EQ(world.fhir.communications.size(), 1u);
    const auto& communication = world.fhir.communications[0].communication;
    EXPECT_EQ(communication.recipient, "Organization/front-desk");
    EXPECT_EQ(communication.sent, world.clock.now() - 1h);
    EXPECT_EQ(communication.from_number, "15551230000");
    EXPECT_EQ(communication.document.type, MediaType::pdf);
    EXPECT_TRUE(world.efax.kept("user-1", fax_1).acknowledged);
    EXPECT_EQ(world.documents_in_spool(), 0u);
    EXPECT_EQ(world.efax.count("fetch"), 1u) << "one image request per fax";
}

TEST_P(DeliveryTest, makes_a_file_only_of_what_memory_does_not_take) {
    std::size_t files = 0;
    world.fhir.on_call = [&](const std::string& call) {
        if (call.starts_with("upload"))
            files = world.documents_in_spool();
    };
    world.carry(fax_1);
    EXPECT_EQ(files, GetParam() == 0 ? 1u : 0u);
    world.efax.put("user-1", "fax-00000002", world.clock.now());
    world.efax.kept("user-1", "fax-00000002").document =
        fakes::FakeEfax::pdf(std::string(GetParam() / 8, 'x'));
    world.poll();
    EXPECT_TRUE(world.carry("fax-00000002").settled());
    EXPECT_EQ(files, 1u);
}

TEST_P(DeliveryTest, never_says_that_a_document_is_stored_before_it_is) {
    world.fhir.on_call = [&](const std::string&) {
        EXPECT_EQ(world.entry(fax_1).stage >= Stage::stored, world.documents_in_spool() > 0);
    };
    world.fhir.after_write = [](const std::string& call) {
        if (call.starts_with("upload"))
            throw Fault(Fault::Kind::unknown, "fhir.unknown_outcome");
    };
    const Entry entry = world.carry(fax_1);
    EXPECT_EQ(entry.stage, Stage::stored);
    EXPECT_EQ(world.documents_in_spool(), 1u);
    EXPECT_GE(*entry.due - world.clock.now(), 60s);
}

TEST_P(DeliveryTest, does_not_fetch_a_document_again_while_the_server_is_away) {
    fail_once(world.fhir, "find", Fault(Fault::Kind::passing, "fhir.unavailable"));
    Entry entry = world.carry(fax_1);
    EXPECT_EQ(entry.stage, Stage::stored);
    EXPECT_EQ(entry.attempts, 1);
    EXPECT_EQ(world.documents_in_spool(), 1u);
    world.begin();
    entry = world.carry(fax_1);
    EXPECT_TRUE(entry.settled());
    EXPECT_EQ(world.efax.count("fetch"), 1u);
    EXPECT_EQ(world.fhir.binaries.begin()->second, fakes::FakeEfax::pdf(std::string("fax ") + fax_1));
}

TEST_P(DeliveryTest, forgets_numbers_once_delivered) {
    world.carry(fax_1);
    EXPECT_TRUE(world.entry(fax_1).fax.from_number.empty());
    EXPECT_TRUE(world.entry(fax_1).fax.to_number.empty());
}

TEST_P(DeliveryTest, a_passing_fault_waits_longer_each_time_and_never_ends) {
    world.efax.on_call = [](const std::string&) { throw Fault(Fault::Kind::passing, "efax.unavailable"); };
    Duration longest{0};
    for (int attempt = 1; attempt <= 50; ++attempt) {
        const Entry entry = world.carry(fax_1);
        EXPECT_EQ(entry.attempts, attempt);
        EXPECT_FALSE(entry.held);
        ASSERT_TRUE(entry.due);
        longest = std::max(longest, std::chrono::duration_cast<Duration>(*entry.due - world.clock.now()));
        EXPECT_LE(*entry.due - world.clock.now(), 15min);
    }
    EXPECT_GT(longest, 7min);
    EXPECT_EQ(world.entry(fax_1).reason, "efax.unavailable");
}

TEST_P(DeliveryTest, obeys_the_server_s_wish_to_wait) {
    fail_once(world.fhir, "find", Fault(Fault::Kind::passing, "fhir.paused", "", 30min));
    EXPECT_GE(*world.carry(fax_1).due - world.clock.now(), 30min);
}

TEST_P(DeliveryTest, a_lasting_fault_holds_the_fax_for_a_person) {
    fail_once(world.fhir, "create", Fault(Fault::Kind::lasting, "fhir.refused"));
    const Entry entry = world.carry(fax_1);
    EXPECT_TRUE(entry.held);
    EXPECT_FALSE(entry.due);
    EXPECT_EQ(entry.reason, "fhir.refused");
    EXPECT_EQ(entry.stage, Stage::attached) << "and stays where it stood";
}

TEST_P(DeliveryTest, an_unknown_outcome_rests_and_is_looked_up_before_anything_is_created) {
    world.fhir.after_write = [&](const std::string& call) {
        if (call.starts_with("create"))
            throw Fault(Fault::Kind::unknown, "fhir.unknown_outcome");
    };
    Entry entry = world.carry(fax_1);
    EXPECT_EQ(entry.stage, Stage::attached);
    EXPECT_GE(*entry.due - world.clock.now(), 60s) << "it outlives the server's own time-out";

    world.fhir.after_write = nullptr;
    world.fhir.diary.clear();
    world.clock.advance(20min);
    entry = world.carry(fax_1);
    EXPECT_TRUE(entry.settled());
    EXPECT_EQ(world.fhir.made(fax_1), 1u);
    EXPECT_EQ(world.fhir.count("create"), 0u) << "found, so nothing was created";
    EXPECT_EQ(world.fhir.spare_binaries(), 0u) << "and its Binary is the one in use";
    EXPECT_EQ(world.fhir.count("remove_binary"), 0u);
}

TEST_P(DeliveryTest, counts_a_suspected_spare_when_the_answer_to_an_upload_is_lost) {
    world.fhir.after_write = [&](const std::string& call) {
        if (call.starts_with("upload"))
            throw Fault(Fault::Kind::unknown, "fhir.unknown_outcome");
    };
    EXPECT_EQ(world.carry(fax_1).spares, 1);
    world.fhir.after_write = nullptr;
    EXPECT_EQ(world.carry(fax_1).spares, 1);
    EXPECT_EQ(world.fhir.spare_binaries(), 1u);
}

TEST_P(DeliveryTest, counts_no_spare_when_an_upload_is_refused) {
    fail_once(world.fhir, "upload", Fault(Fault::Kind::passing, "fhir.unavailable"));
    EXPECT_EQ(world.carry(fax_1).spares, 0);
}

TEST_P(DeliveryTest, puts_the_binary_under_its_own_id_where_the_server_takes_ids) {
    world.fhir.client_ids = true;
    world.carry(fax_1);
    EXPECT_EQ(world.fhir.diary[1], "upload fax-fax-00000001");
}

TEST_P(DeliveryTest, falls_back_to_the_servers_ids_when_ours_are_refused) {
    world.fhir.client_ids = true;
    fail_once(world.fhir, "upload", Fault(Fault::Kind::passing, "fhir.client_id_refused"));
    const Entry entry = world.carry(fax_1);
    EXPECT_TRUE(entry.settled());
    EXPECT_EQ(world.fhir.binaries.begin()->second, fakes::FakeEfax::pdf(std::string("fax ") + fax_1))
        << "read again from the beginning";
}

TEST_P(DeliveryTest, adopts_a_communication_that_is_there_already) {
    InboundCommunication communication;
    communication.fax_id = fax_1;
    communication.binary = "theirs";
    world.fhir.communications.push_back({.id = "c-old", .communication = communication});
    const Entry entry = world.carry(fax_1);
    EXPECT_EQ(entry.communication_id, "c-old");
    EXPECT_EQ(world.fhir.count("upload"), 0u);
    EXPECT_EQ(world.fhir.count("create"), 0u);
}

TEST_P(DeliveryTest, removes_its_own_binary_when_another_communication_won) {
    fail_once(world.fhir, "create", Fault(Fault::Kind::passing, "fhir.conflict"));
    world.carry(fax_1);
    InboundCommunication communication;
    communication.fax_id = fax_1;
    communication.binary = "theirs";
    world.fhir.binaries["theirs"] = "x";
    world.fhir.communications.push_back({.id = "c-theirs", .communication = communication});
    world.clock.advance(1h);
    EXPECT_EQ(world.carry(fax_1).communication_id, "c-theirs");
    EXPECT_EQ(world.fhir.spare_binaries(), 0u);
}

TEST_P(DeliveryTest, never_deletes_its_binary_when_the_server_rewrites_addresses_beyond_recognition) {
    world.fhir.rewrite_addresses = true;
    world.fhir.after_write = [&](const std::string& call) {
        if (call.starts_with("create"))
            throw Fault(Fault::Kind::unknown, "fhir.unknown_outcome");
    };
    world.carry(fax_1);
    world.fhir.after_write = nullptr;
    const Entry entry = world.carry(fax_1);
    EXPECT_TRUE(entry.settled());
    EXPECT_EQ(world.fhir.count("remove_binary"), 0u) << "it may be the only copy";
    EXPECT_EQ(entry.spares, 1) << "but it is counted";
}

TEST_P(DeliveryTest, never_deletes_a_binary_that_the_second_of_two_communications_holds) {
    world.fhir.after_write = [&](const std::string& call) {
        if (call.starts_with("create"))
            throw Fault(Fault::Kind::unknown, "fhir.unknown_outcome");
    };
    world.carry(fax_1);
    world.fhir.after_write = nullptr;
    InboundCommunication theirs;
    theirs.fax_id = fax_1;
    theirs.binary = "theirs";
    world.fhir.communications.insert(world.fhir.communications.begin(),
                                     {.id = "c-theirs", .communication = theirs});
    EXPECT_EQ(world.carry(fax_1).communication_id, "c-theirs");
    EXPECT_EQ(world.fhir.count("remove_binary"), 0u);
}

TEST_P(DeliveryTest, never_deletes_an_adopted_fax_at_the_source) {
    world.settings.delete_after = 1h;
    InboundCommunication theirs;
    theirs.fax_id = fax_1;
    world.fhir.communications.push_back({.id = "c-theirs", .communication = theirs});
    EXPECT_TRUE(world.carry(fax_1).settled());
    EXPECT_EQ(world.efax.count("remove"), 0u);
}

TEST_P(DeliveryTest, an_unforeseen_error_rests_the_fax_like_a_lost_answer) {
    world.fhir.on_call = [](const std::string& call) {
        if (call.starts_with("create"))
            throw std::bad_alloc();
    };
    const Entry entry = world.carry(fax_1);
    EXPECT_EQ(entry.reason, "daemon.internal");
    EXPECT_EQ(entry.attempts, 1);
    EXPECT_GE(*entry.due - world.clock.now(), 60s);
}

TEST_P(DeliveryTest, goes_without_an_acknowledgement_that_is_refused_for_a_day) {
    world.efax.on_call = [](const std::string& call) {
        if (call.starts_with("acknowledge"))
            throw Fault(Fault::Kind::passing, "efax.not_visible");
    };
    EXPECT_FALSE(world.carry(fax_1).settled());
    world.clock.advance(25h);
    const Entry entry = world.carry(fax_1);
    EXPECT_TRUE(entry.settled());
    EXPECT_EQ(entry.stage, Stage::delivered);
}

TEST_P(DeliveryTest, an_outbound_communication_with_the_same_id_is_no_match) {
    InboundCommunication communication;
    communication.fax_id = fax_1;
    world.fhir.communications.push_back(
        {.id = "c-sent", .communication = communication, .direction = Direction::outbound});
    const Entry entry = world.carry(fax_1);
    EXPECT_NE(entry.communication_id, "c-sent");
    EXPECT_EQ(world.fhir.made(fax_1), 1u);
    EXPECT_EQ(world.fhir.count("create fax-00000001 inbound"), 1u);
}

TEST_P(DeliveryTest, two_outbound_communications_with_the_same_id_are_no_obstacle) {
    InboundCommunication communication;
    communication.fax_id = fax_1;
    for (const char* id : {"c-sent-1", "c-sent-2"})
        world.fhir.communications.push_back(
            {.id = id, .communication = communication, .direction = Direction::outbound});
    EXPECT_TRUE(world.carry(fax_1).settled());
    EXPECT_EQ(world.fhir.made(fax_1), 1u);
}

TEST_P(DeliveryTest, adopts_the_oldest_of_several) {
    InboundCommunication communication;
    communication.fax_id = fax_1;
    for (const char* id : {"c-first", "c-second"})
        world.fhir.communications.push_back({.id = id, .communication = communication});
    EXPECT_EQ(world.carry(fax_1).communication_id, "c-first");
}

TEST_P(DeliveryTest, does_not_bring_back_a_communication_that_staff_deleted) {
    world.carry(fax_1);
    world.fhir.communications[0].deleted = true;
    world.memory = {};
    world.poll();
    world.live();
    EXPECT_EQ(world.fhir.made(fax_1), 1u);
}

TEST_P(DeliveryTest, delivers_to_the_default_when_the_recipient_has_vanished) {
    world.recipients = {"Practitioner/gone", "Organization/front-desk"};
    world.fhir.gone.insert("Practitioner/gone");
    EXPECT_TRUE(world.carry(fax_1).settled());
    EXPECT_EQ(world.fhir.communications[0].communication.recipient, "Organization/front-desk");
}

TEST_P(DeliveryTest, a_refused_resource_is_held_when_its_recipient_is_there) {
    fail_once(world.fhir, "create", Fault(Fault::Kind::lasting, "fhir.refused"));
    EXPECT_TRUE(world.carry(fax_1).held);
    EXPECT_EQ(world.fhir.count("exists"), 1u);
}

TEST_P(DeliveryTest, fetches_a_broken_document_again_and_holds_it_only_after_a_day) {
    world.efax.kept("user-1", fax_1).document = "<html>502</html>";
    EXPECT_FALSE(world.carry(fax_1).held);
    EXPECT_EQ(world.entry(fax_1).reason, "document.unknown_type");
    EXPECT_EQ(world.documents_in_spool(), 0u);
    world.clock.advance(25h);
    EXPECT_TRUE(world.carry(fax_1).held);
}

TEST_P(DeliveryTest, a_document_that_comes_good_is_delivered) {
    world.efax.kept("user-1", fax_1).document = "%PDF-1.4 cut";
    EXPECT_EQ(world.carry(fax_1).reason, "document.cut_short");
    world.efax.kept("user-1", fax_1).document = fakes::FakeEfax::pdf("whole");
    const Entry entry = world.carry(fax_1);
    EXPECT_TRUE(entry.settled());
    EXPECT_EQ(entry.attempts, 0);
    EXPECT_TRUE(entry.reason.empty());
}

TEST_P(DeliveryTest, a_fax_that_efax_does_not_store_is_held_at_once) {
    world.efax.put("user-1", "fax-00000002", world.clock.now()).stored = false;
    world.poll();
    world.efax.erase("user-1", "fax-00000002");
    EXPECT_TRUE(world.carry("fax-00000002").held);
}

TEST_P(DeliveryTest, fetches_again_what_the_spool_has_lost) {
    fail_once(world.fhir, "find", Fault(Fault::Kind::passing, "fhir.unavailable"));
    EXPECT_EQ(world.carry(fax_1).stage, Stage::stored);
    for (const auto& file : std::filesystem::directory_iterator(world.spool_folder()))
        std::filesystem::remove(file.path());
    EXPECT_TRUE(world.carry(fax_1).settled());
    EXPECT_EQ(world.fhir.made(fax_1), 1u);
}

TEST_P(DeliveryTest, fetches_again_what_the_disk_gives_back_altered) {
    fail_once(world.fhir, "find", Fault(Fault::Kind::passing, "fhir.unavailable"));
    world.carry(fax_1);
    for (const auto& file : std::filesystem::directory_iterator(world.spool_folder())) {
        std::fstream document(file.path(), std::ios::in | std::ios::out);
        document.seekp(12);
        document.put('?');
    }
    EXPECT_TRUE(world.carry(fax_1).settled());
    EXPECT_EQ(world.fhir.binaries.begin()->second, fakes::FakeEfax::pdf(std::string("fax ") + fax_1));
    EXPECT_EQ(world.efax.count("fetch"), 2u);
}

TEST_P(DeliveryTest, a_failed_acknowledgement_is_repeated_and_never_delivers_twice) {
    fail_once(world.efax, "acknowledge", Fault(Fault::Kind::passing, "efax.unavailable"));
    EXPECT_EQ(world.carry(fax_1).stage, Stage::delivered);
    EXPECT_TRUE(world.carry(fax_1).settled());
    EXPECT_EQ(world.fhir.made(fax_1), 1u);
}

TEST_P(DeliveryTest, acknowledges_nothing_when_told_so) {
    world.settings.acknowledge = false;
    const Entry entry = world.carry(fax_1);
    EXPECT_EQ(entry.stage, Stage::delivered);
    EXPECT_TRUE(entry.settled());
    EXPECT_EQ(world.efax.count("acknowledge"), 0u);
    EXPECT_EQ(world.documents_in_spool(), 0u);
}

TEST_P(DeliveryTest, deletes_at_the_source_only_after_its_time) {
    world.settings.delete_after = 48h;
    Entry entry = world.carry(fax_1);
    EXPECT_EQ(entry.stage, Stage::acknowledged);
    EXPECT_EQ(*entry.due - world.clock.now(), 48h);
    EXPECT_EQ(world.efax.count("remove"), 0u);
    world.clock.advance(48h);
    entry = world.carry(fax_1);
    EXPECT_TRUE(entry.settled());
    EXPECT_EQ(world.efax.count("remove"), 1u);
}

TEST_P(DeliveryTest, deletes_nothing_that_is_not_delivered_however_old_it_is) {
    world.settings.delete_after = 1h;
    world.fhir.on_call = [](const std::string& call) {
        if (call.starts_with("create"))
            throw Fault(Fault::Kind::passing, "fhir.unreachable", "no answer");
    };
    for (int year = 0; year < 10; ++year) {
        const Entry entry = world.carry(fax_1);
        EXPECT_LT(entry.stage, Stage::delivered);
        EXPECT_FALSE(entry.settled());
        world.clock.advance(24h * 365);
    }
    EXPECT_EQ(world.efax.count("remove"), 0u);
    EXPECT_EQ(world.efax.count("acknowledge"), 0u);
    EXPECT_EQ(world.documents_in_spool(), GetParam() == 0 ? 1u : 0u);
}

TEST_P(DeliveryTest, leaves_the_entry_as_it_was_when_stopped) {
    std::stop_source stop;
    world.fhir.on_call = [](const std::string& call) {
        if (call.starts_with("create"))
            throw Stopped();
    };
    const Entry entry = world.carry(fax_1, stop.get_token());
    EXPECT_EQ(entry.stage, Stage::attached);
    EXPECT_EQ(world.entry(fax_1).attempts, 0);
    EXPECT_TRUE(world.entry(fax_1).due);

    stop.request_stop();
    world.fhir.diary.clear();
    world.carry(fax_1, stop.get_token());
    EXPECT_TRUE(world.fhir.diary.empty());
}

} // namespace
} // namespace efaxd::flow
