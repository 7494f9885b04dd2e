// Resources that hold something odd, or far too much, among others.
#include "fhir/site.hpp"

namespace efaxd::fhir {
namespace {

constexpr auto search = "GET /fhir/Communication";

TEST(HostileBundles, give_what_was_looked_for_beside_text_that_no_JSON_may_hold) {
    for (const std::string odd : {"\\ud83d", "\\ude00 x", "a\x01\tb", "\\x41", "\xff\xfe"}) {
        Site site;
        site.on(search, json_answer(200, bundle({R"({"resourceType":"Patient","name":")" + odd + "\"}",
                                                 communication("c-1", "fax-12345")})));
        EXPECT_EQ(site.server()->find("fax-12345", false, {}).size(), 1u) << odd;
    }
}

TEST(HostileBundles, are_read_without_the_documents_in_them) {
    const std::string document(12u << 20, 'A');
    Site site;
    site.on(search, json_answer(200, bundle({R"({"resourceType":"Binary","data":")" + document + "\"}",
                                             R"({"resourceType":"Binary","data":")" + document + "\"}",
                                             communication("c-1", "fax-12345")})));
    EXPECT_EQ(site.server()->find("fax-12345", false, {}).size(), 1u);
}

TEST(HostileBundles, with_too_much_besides_are_refused) {
    std::string many = R"({"resourceType":"Bundle","x":[{})";
    for (int i = 0; i < 4'000'000; ++i)
        many += ",{}";
    Site site;
    site.on(search, json_answer(200, many + "]}"));
    EXPECT_EQ(fault_of([&] { site.server()->find("fax-12345", false, {}); }).reason, "fhir.bad_reply");
}

} // namespace
} // namespace efaxd::fhir
