#include "efaxd/core/owner.hpp"

#include <gtest/gtest.h>

namespace efaxd {
namespace {

TEST(Owner, has_a_fhir_reference_unless_it_is_the_system) {
    EXPECT_EQ((Owner{OwnerKind::organization, "1"}.reference()), "Organization/1");
    EXPECT_EQ((Owner{OwnerKind::practitioner, "a-b.c"}.reference()), "Practitioner/a-b.c");
    EXPECT_EQ(Owner{}.reference(), "");
}

TEST(Owner, kinds_are_found_by_their_own_names_only) {
    for (const OwnerKind kind : {OwnerKind::system, OwnerKind::organization, OwnerKind::practitioner})
        EXPECT_EQ(owner_kind(name_of(kind)), kind);
    EXPECT_FALSE(owner_kind("organization"));
    EXPECT_FALSE(owner_kind("Patient"));
    EXPECT_FALSE(owner_kind(""));
}

} // namespace
} // namespace efaxd
