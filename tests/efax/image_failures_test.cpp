#include "efax/image_failures.hpp"

#include <gtest/gtest.h>

namespace efaxd::efax {

TEST(ImageFailures, are_counted_for_each_fax_until_its_image_comes) {
    ImageFailures failures;
    EXPECT_EQ(failures.add("a"), 1);
    EXPECT_EQ(failures.add("b"), 1);
    EXPECT_EQ(failures.add("a"), 2);
    failures.forget("a");
    EXPECT_EQ(failures.add("a"), 1);
    EXPECT_EQ(failures.add("b"), 2);
}

TEST(ImageFailures, are_kept_for_so_many_faxes_only) {
    ImageFailures failures(2);
    failures.add("a");
    failures.add("b");
    EXPECT_EQ(failures.add("b"), 2) << "one that is known drives none out";
    EXPECT_EQ(failures.add("c"), 1);
    EXPECT_EQ(failures.add("b"), 3);
    EXPECT_EQ(failures.add("a"), 1) << "it had to go";
}

} // namespace efaxd::efax
