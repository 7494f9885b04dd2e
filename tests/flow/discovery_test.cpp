#include "flow/discovery.hpp"

#include "fakes/fake_fhir.hpp"
#include "fakes/temp_dir.hpp"
#include "ledger/sqlite_ledger.hpp"

#include <gtest/gtest.h>

namespace efaxd::flow {
namespace {

OwnedUser organization(int number) {
    const auto text = std::to_string(number);
    return {{OwnerKind::organization, "org-" + text}, "user-o" + text};
}
OwnedUser practitioner(int number) {
    const auto text = std::to_string(number);
    return {{OwnerKind::practitioner, "doc-" + text}, "user-p" + text};
}

Discovered known(std::vector<OwnedUser> owners) {
    std::ranges::sort(owners);
    return {.owners = std::move(owners)};
}

TEST(Discovery, finds_owners_of_both_kinds) {
    fakes::FakeFhir fhir;
    fhir.users = {practitioner(1), organization(1), organization(2)};
    const auto found = discover({}, {}, false, fhir, {});
    EXPECT_EQ(found, known({organization(1), organization(2), practitioner(1)}));
}

TEST(Discovery, searches_only_for_the_kinds_that_are_wanted) {
    fakes::FakeFhir fhir;
    fhir.users = {practitioner(1), organization(1)};
    DiscoverySettings settings;
    settings.practitioners = false;
    EXPECT_EQ(discover(settings, {}, false, fhir, {}), known({organization(1)}));
    EXPECT_EQ(fhir.count("owners"), 1u);
}

TEST(Discovery, reads_the_user_ids_of_fixed_owners_that_have_none) {
    fakes::FakeFhir fhir;
    fhir.users = {organization(1), organization(2)};
    DiscoverySettings settings;
    settings.organizations = settings.practitioners = false;
    settings.fixed = {{organization(1).owner, "", {}}, {organization(2).owner, "given", {}}};
    EXPECT_EQ(discover(settings, {}, false, fhir, {}), known({organization(1)}));
}

TEST(Discovery, keeps_a_fixed_owner_whose_user_id_has_gone_and_says_so) {
    fakes::FakeFhir fhir;
    DiscoverySettings settings;
    settings.organizations = settings.practitioners = false;
    settings.fixed = {{organization(1).owner, "", {}}};
    const auto found = discover(settings, known({organization(1)}), false, fhir, {});
    EXPECT_TRUE(found.shrunk);
    EXPECT_EQ(found.owners.size(), 1u);
}

TEST(Discovery, lets_an_owner_go_who_has_left) {
    fakes::FakeFhir fhir;
    fhir.users = {organization(1), organization(2)};
    const auto found =
        discover({}, known({organization(1), organization(2), organization(3)}), false, fhir, {});
    EXPECT_FALSE(found.shrunk);
    EXPECT_EQ(found.owners.size(), 2u);
}

TEST(Discovery, that_finds_nobody_keeps_the_known_ones_and_says_so) {
    fakes::FakeFhir fhir;
    const auto before = known({organization(1), practitioner(1)});
    const auto found = discover({}, before, false, fhir, {});
    EXPECT_TRUE(found.shrunk);
    EXPECT_EQ(found.owners, before.owners);
}

TEST(Discovery, that_finds_less_than_half_of_a_kind_keeps_that_kind_and_takes_the_new_ones) {
    fakes::FakeFhir fhir;
    fhir.users = {organization(9), practitioner(1)};
    const auto found = discover(
        {}, known({organization(1), organization(2), organization(3), practitioner(1)}), false, fhir, {});
    EXPECT_TRUE(found.shrunk);
    EXPECT_EQ(found.owners.size(), 5u);
}

TEST(Discovery, believes_a_small_answer_when_the_administrator_expects_it) {
    fakes::FakeFhir fhir;
    const auto found = discover({}, known({organization(1)}), true, fhir, {});
    EXPECT_FALSE(found.shrunk);
    EXPECT_TRUE(found.owners.empty());
}

TEST(Discovery, an_error_is_never_an_empty_list) {
    fakes::FakeFhir fhir;
    fhir.on_call = [](const std::string&) { throw Fault(Fault::Kind::passing, "fhir.unavailable"); };
    EXPECT_THROW(discover({}, {}, false, fhir, {}), Fault);
}

TEST(Discovery, what_was_found_outlives_a_restart) {
    fakes::TempDir dir;
    const auto found = known({organization(1), practitioner(1), practitioner(2)});
    {
        ledger::SqliteLedger ledger(dir.path());
        remember(ledger, "clinic", found);
    }
    ledger::SqliteLedger ledger(dir.path());
    EXPECT_EQ(recall(ledger, "clinic"), found);
    EXPECT_EQ(recall(ledger, "other"), Discovered{});
}

} // namespace
} // namespace efaxd::flow
