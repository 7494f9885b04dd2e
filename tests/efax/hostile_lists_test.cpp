// Lists that hold something odd, or far too much.
#include "efax/listing.hpp"

#include "efax/scripted_efax.hpp"

#include <gtest/gtest.h>

namespace efaxd::efax {

using namespace testing;

namespace {

using PageAt = std::function<std::optional<std::string>(std::size_t)>;

Listing listing_of(const PageAt& pages, const Pages& settled = {}) {
    return read_listing(pages, settled).listing;
}

TEST(HostileLists, give_the_other_faxes_where_one_has_text_that_no_JSON_may_hold) {
    for (const std::string odd :
         {"\\ud83d", "\\ude00 x", "a\x01\tb", "\\x41", "\\u12", "\xff\xfe", "\xed\xa0\x80"}) {
        const auto listing = listing_of([&](std::size_t) {
            return R"({"faxes":[{"fax_id":")" + fax_id(1) + R"(","tsid":")" + odd + R"("},{"fax_id":")" +
                   fax_id(2) + R"(","originating_fax_number":")" + odd + R"("},{"fax_id":")" + odd +
                   R"("},{"fax_id":")" + fax_id(3) + R"("}]})";
        });
        ASSERT_EQ(listing.faxes.size(), 3u) << odd;
        EXPECT_EQ(listing.faxes[2].id, fax_id(3)) << odd;
        EXPECT_EQ(listing.unreadable, 1) << odd;
    }
}

TEST(HostileLists, end_after_ten_thousand_faxes) {
    std::size_t asked = 0;
    const auto listing = listing_of([&asked](std::size_t offset) {
        ++asked;
        return page(static_cast<int>(offset), static_cast<int>(offset) + 3000);
    });
    EXPECT_TRUE(listing.cut);
    EXPECT_EQ(listing.faxes.size(), 12'000u);
    EXPECT_EQ(asked, 4u);
    EXPECT_TRUE(listing.pages.empty()) << "it may not pass for settled";
}

TEST(HostileLists, are_parsed_rather_than_kept_where_their_pages_are_large) {
    const auto large = [](std::size_t offset) {
        const int from = static_cast<int>(offset);
        return page(from, from < 500 ? from + 100 : from) + std::string(3u << 20, ' ');
    };
    const Listing first = listing_of(large);
    ASSERT_EQ(first.pages.size(), 6u);
    const Listing again = listing_of(large, first.pages);
    EXPECT_FALSE(again.unchanged);
    EXPECT_EQ(again.faxes.size(), 500u);
    EXPECT_EQ(again.pages, first.pages);
}

} // namespace
} // namespace efaxd::efax
