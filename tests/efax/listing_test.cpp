#include "efax/listing.hpp"

#include "efax/scripted_efax.hpp"

#include <gtest/gtest.h>

namespace efaxd::efax {

using namespace testing;

namespace {

/// A source of pages that notes which offsets were asked for.
class Source {
  public:
    explicit Source(std::function<std::optional<std::string>(int offset)> pages) : pages_(std::move(pages)) {}

    ReadListing read(const Pages& settled = {}) {
        asked.clear();
        return read_listing(
            [this](std::size_t offset) {
                asked.push_back(static_cast<int>(offset));
                return pages_(static_cast<int>(offset));
            },
            settled);
    }

    std::vector<int> asked;

  private:
    std::function<std::optional<std::string>(int offset)> pages_;
};

Source honest(int faxes) {
    return Source(
        [faxes](int offset) { return page(offset, std::max(offset, std::min(faxes, offset + 100))); });
}

std::vector<std::string> ids(int from, int to) {
    std::vector<std::string> result;
    for (int number = from; number < to; ++number)
        result.push_back(fax_id(number));
    return result;
}

std::vector<std::string> ids(const Listing& listing) {
    std::vector<std::string> result;
    for (const Fax& fax : listing.faxes)
        result.push_back(fax.id);
    return result;
}

} // namespace

TEST(Listing, ends_with_the_short_page) {
    Source source = honest(250);
    const Listing listing = source.read().listing;
    EXPECT_EQ(ids(listing), ids(0, 250));
    EXPECT_EQ(source.asked, (std::vector<int>{0, 100, 200}));
    EXPECT_EQ(listing.pages.size(), 3u);
    EXPECT_FALSE(listing.cut);
    EXPECT_FALSE(listing.unchanged);
}

TEST(Listing, ends_at_once_when_there_is_nothing) {
    Source source = honest(0);
    EXPECT_TRUE(source.read().listing.faxes.empty());
    EXPECT_EQ(source.asked, std::vector<int>{0});
}

TEST(Listing, asks_once_more_after_a_full_last_page) { // F21
    Source source = honest(200);
    EXPECT_EQ(source.read().listing.faxes.size(), 200u);
    EXPECT_EQ(source.asked, (std::vector<int>{0, 100, 200}));
}

TEST(Listing, ends_where_the_server_knows_no_further_page) {
    Source source([](int offset) { return offset < 100 ? std::optional(page(0, 100)) : std::nullopt; });
    const Listing listing = source.read().listing;
    EXPECT_EQ(listing.faxes.size(), 100u);
    EXPECT_FALSE(listing.cut);
}

TEST(Listing, gives_each_id_once_and_the_first_one_wins) { // F14, F17
    Source source([](int offset) -> std::string {
        if (offset == 0)
            return page(0, 100);
        return R"({"faxes":[)" + item(99) + ',' + item(100) + ',' + item(100) + "]}";
    });
    EXPECT_EQ(ids(source.read().listing), ids(0, 101));

    Source twice([](int) {
        return R"({"faxes":[{"fax_id":"AAAAAAAA-1","pages":1},{"fax_id":"aaaaaaaa-1","pages":2}]})";
    });
    const Listing listing = twice.read().listing;
    ASSERT_EQ(listing.faxes.size(), 1u);
    EXPECT_EQ(listing.faxes[0].pages, 1);
}

TEST(Listing, stops_when_the_server_ignores_the_offset) { // F20
    Source source([](int) { return page(0, 100); });
    const Listing listing = source.read().listing;
    EXPECT_EQ(source.asked, (std::vector<int>{0, 100}));
    EXPECT_EQ(listing.faxes.size(), 100u);
    EXPECT_TRUE(listing.cut);
    EXPECT_TRUE(listing.pages.empty());
}

TEST(Listing, goes_on_behind_a_page_longer_than_asked_for) { // F20
    Source source([](int offset) { return page(offset, offset == 0 ? 250 : offset); });
    const Listing listing = source.read().listing;
    EXPECT_EQ(source.asked, (std::vector<int>{0, 250}));
    EXPECT_EQ(ids(listing), ids(0, 250));
    EXPECT_FALSE(listing.cut);
    EXPECT_TRUE(listing.pages.empty());
}

TEST(Listing, is_cut_after_a_hundred_pages) { // F22
    Source source([](int offset) { return page(offset, offset + 100); });
    const Listing listing = source.read().listing;
    EXPECT_EQ(source.asked.size(), 100u);
    EXPECT_EQ(listing.faxes.size(), 10'000u);
    EXPECT_TRUE(listing.cut);
    EXPECT_TRUE(listing.pages.empty());
}

TEST(Listing, is_unchanged_when_every_page_is_the_settled_one) {
    for (const int faxes : {0, 3, 100, 250, 300}) {
        Source source = honest(faxes);
        const Pages settled = source.read().listing.pages;
        const auto asked = source.asked;
        const Listing again = source.read(settled).listing;
        EXPECT_TRUE(again.unchanged) << faxes;
        EXPECT_TRUE(again.faxes.empty()) << faxes;
        EXPECT_EQ(again.pages, settled) << faxes;
        EXPECT_EQ(source.asked, asked) << faxes;
    }
}

TEST(Listing, does_not_parse_settled_pages) {
    Source source([](int) { return "no JSON at all"; });
    const Listing listing = source.read({fingerprint("no JSON at all")}).listing;
    EXPECT_TRUE(listing.unchanged);
}

TEST(Listing, gives_all_faxes_when_only_the_last_page_changed) {
    const Pages settled = honest(250).read().listing.pages;
    Source source = honest(251);
    const Listing listing = source.read(settled).listing;
    EXPECT_FALSE(listing.unchanged);
    EXPECT_EQ(ids(listing), ids(0, 251));
    EXPECT_EQ(source.asked, (std::vector<int>{0, 100, 200}));
}

TEST(Listing, gives_all_faxes_when_it_grew_or_shrank_by_pages) {
    const Pages settled = honest(250).read().listing.pages;
    EXPECT_EQ(ids(honest(450).read(settled).listing), ids(0, 450));
    EXPECT_EQ(ids(honest(150).read(settled).listing), ids(0, 150));
    EXPECT_EQ(ids(honest(0).read(settled).listing), ids(0, 0));
}

TEST(Listing, sees_a_page_that_appears_where_the_server_knew_none) {
    int known = 1;
    Source source([&known](int offset) -> std::optional<std::string> {
        if (offset < known * 100)
            return page(offset, offset + 100);
        return std::nullopt;
    });
    const Pages settled = source.read().listing.pages;
    EXPECT_TRUE(source.read(settled).listing.unchanged);
    known = 2;
    const Listing listing = source.read(settled).listing;
    EXPECT_FALSE(listing.unchanged);
    EXPECT_EQ(listing.faxes.size(), 200u);
}

TEST(Listing, survives_settled_pages_that_make_no_sense) {
    const Pages pages = honest(150).read().listing.pages;
    Pages longer = pages;
    longer.push_back(pages[0]);
    EXPECT_TRUE(honest(150).read(Pages(500, 1)).listing.pages == pages);
    EXPECT_EQ(honest(0).read({1, 1, 1}).listing.faxes.size(), 0u);
    Source gone([](int) { return std::nullopt; });
    EXPECT_TRUE(gone.read({1, 1}).listing.faxes.empty());
}

TEST(Listing, throws_when_any_page_is_no_list) {
    Source source([](int offset) { return offset == 0 ? page(0, 100) : R"({"message":"oops"})"; });
    EXPECT_EQ(reason_from([&] { source.read(); }), "efax.bad_reply");
}

TEST(Listing, adds_up_what_was_odd_on_all_pages) {
    Source source([](int offset) {
        if (offset == 0)
            return page(0, 98).substr(0, page(0, 98).size() - 2) +
                   R"(,{"fax_id":"?"},{"fax_id":"aaaaaaaa-1","completed_timestamp":"noon"}]})";
        return std::string(
            R"({"faxes":[{"fax_id":"!"},{"fax_id":"aaaaaaaa-2","completed_timestamp":"noon"}]})");
    });
    const ReadListing read = source.read();
    EXPECT_EQ(source.asked.size(), 2u);
    EXPECT_EQ(read.listing.unreadable, 2);
    EXPECT_EQ(read.odd_timestamps, 2);
}

} // namespace efaxd::efax
