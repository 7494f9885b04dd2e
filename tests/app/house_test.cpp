#include "app/house.hpp"

#include "app/clinic.hpp"
#include "system/secrets.hpp"

#include <gtest/gtest.h>

namespace efaxd::app {
namespace {

using namespace std::chrono_literals;

Entry claimed(const std::string& fax_id, Stage stage, Instant due) {
    Entry entry;
    entry.key = {"clinic", fax_id};
    entry.mailbox = "clinic:system";
    entry.user_id = "u";
    entry.fax.id = entry.fax.listed_id = fax_id;
    entry.stage = stage;
    entry.due = due;
    entry.first_seen = due;
    return entry;
}

TEST(House, keeps_a_second_one_out_of_its_state_directory) {
    Clinic clinic;
    const auto first = clinic.house();
    EXPECT_THROW(clinic.house(), system::StateDirInUse);
}

TEST(House, lets_a_fax_rest_whose_communication_may_have_been_asked_for) {
    Clinic clinic;
    clinic.project().fhir.settle = 10min;
    const system::SystemClock clock;
    const Instant before = clock.now();
    {
        ledger::SqliteLedger ledger(clinic.state_dir());
        const std::vector<Entry> entries{claimed("fax-attached", Stage::claimed, before),
                                         claimed("fax-stored-1", Stage::claimed, before)};
        ledger.claim(entries);
        ledger.save(claimed("fax-attached", Stage::attached, before));
        ledger.save(claimed("fax-stored-1", Stage::stored, before));
    }
    auto house = clinic.house();
    auto& ledger = house.ground().ledger;
    EXPECT_GE(*ledger.find({"clinic", "fax-attached"})->due, before + 10min);
    EXPECT_EQ(*ledger.find({"clinic", "fax-stored-1"})->due, before) << "its document can go up at once";
}

TEST(House, lets_such_a_fax_rest_no_longer_however_often_it_begins_anew) {
    Clinic clinic;
    clinic.project().fhir.settle = 10min;
    const Instant resting = system::SystemClock().now() + 5min;
    {
        ledger::SqliteLedger ledger(clinic.state_dir());
        ledger.claim(std::vector<Entry>{claimed("fax-attached", Stage::claimed, resting)});
        ledger.save(claimed("fax-attached", Stage::attached, resting));
    }
    EXPECT_EQ(*clinic.house().ground().ledger.find({"clinic", "fax-attached"})->due, resting);
}

TEST(House, removes_documents_that_nobody_needs_and_keeps_the_others) {
    Clinic clinic;
    const FaxKey needed{"clinic", "fax-stored-1"};
    {
        ledger::SqliteLedger ledger(clinic.state_dir());
        ledger.claim(std::vector<Entry>{claimed(needed.fax_id, Stage::claimed, {})});
        ledger.save(claimed(needed.fax_id, Stage::stored, {}));
        spool::FileSpool spool(clinic.state_dir() / "spool");
        for (const FaxKey& key : {needed, FaxKey{"clinic", "fax-of-nobody"}}) {
            const auto writer = spool.write(key);
            writer->append("x");
            writer->finish();
        }
    }
    auto house = clinic.house();
    Document recorded;
    recorded.size = 1;
    EXPECT_TRUE(house.ground().spool.open(needed, recorded));
    EXPECT_FALSE(house.ground().spool.open({"clinic", "fax-of-nobody"}, recorded));
}

TEST(House, names_binaries_by_a_key_that_lasts) {
    Clinic clinic;
    const std::string key = clinic.house().ground().installation_key;
    EXPECT_EQ(key.size(), 64u);
    EXPECT_EQ(clinic.house().ground().installation_key, key);
}

TEST(House, does_not_open_without_its_secrets) {
    Clinic clinic;
    std::filesystem::remove(clinic.project().secrets.api_key.name);
    EXPECT_THROW(clinic.house(), system::SecretError);
}

TEST(House, does_not_open_for_two_projects_with_one_app_id) {
    Clinic clinic;
    clinic.config.projects.push_back(clinic.project());
    clinic.config.projects.back().name = "twin";
    EXPECT_THROW(clinic.house(), system::SecretError);
}

TEST(GlassHouse, leaves_no_trace) {
    Clinic clinic;
    const GlassHouse house(clinic.config);
    EXPECT_TRUE(std::filesystem::is_empty(clinic.state_dir()));
}

} // namespace
} // namespace efaxd::app
