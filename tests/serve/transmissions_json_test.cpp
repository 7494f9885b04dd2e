#include "serve/transmissions_json.hpp"

#include "serve/golden.hpp"
#include "serve/samples.hpp"

namespace efaxd::serve {
namespace {

std::vector<Transmission> all() {
    return {accepted_transmission(), failed_transmission(), held_transmission()};
}

TEST(Transmissions, are_written_as_the_golden_files_say) {
    expect_golden(transmissions_json(all(), 100), "status/transmissions.json");
    expect_golden(transmissions_json(all(), 2), "status/transmissions-page.json");
    expect_golden(transmissions_json({}, 2), "status/transmissions-none.json");
    expect_golden(transmission_json(failed_transmission()), "status/transmission.json");
}

TEST(Transmissions, show_one_at_least_whatever_the_limit_is) {
    const auto document = json::Document::parse(transmissions_json(all(), 0));
    EXPECT_EQ(document.root()["transmissions"].size(), 1u);
    EXPECT_EQ(document.root()["next"]["after_communication"].text(), "c-1");
    EXPECT_EQ(document.root()["next"]["after_recipient"].text(), "0");
}

TEST(Transmissions, lead_on_by_the_key_of_what_is_on_no_server) {
    const auto document = json::Document::parse(transmissions_json({held_transmission()}, 1));
    EXPECT_EQ(document.root()["next"]["after_communication"].text(), held_transmission().key.communication);
}

TEST(Transmissions, never_show_numbers_user_ids_or_destinations) {
    const std::string shown = transmissions_json(all(), 100) + transmission_json(accepted_transmission());
    for (const std::string secret : {"1555000", "5550000042", "dddd"})
        EXPECT_EQ(shown.find(secret), std::string::npos) << secret;
}

TEST(Transmissions, explain_a_code_that_nobody_knows) {
    Transmission one = failed_transmission();
    one.code = "E99";
    EXPECT_NE(transmission_json(one).find(R"("code":"E99","text":"eFax could not)"), std::string::npos);
}

} // namespace
} // namespace efaxd::serve
