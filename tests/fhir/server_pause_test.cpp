#include "fhir/site.hpp"

namespace efaxd::fhir {
namespace {

using std::chrono::seconds;

constexpr auto search = "GET /fhir/Communication";

std::optional<Duration> pause_after(Answer answer) {
    Site site;
    site.on(search, std::move(answer));
    const auto server = site.server();
    const auto first = fault_of([&] { server->find("f", false, {}); });
    const auto second = fault_of([&] { server->find("f", false, {}); });
    EXPECT_EQ(second.reason, "fhir.paused");
    EXPECT_EQ(second.kind, Fault::Kind::passing);
    EXPECT_EQ(second.retry_after, first.retry_after);
    EXPECT_EQ(site.diary().size(), 1u); // nothing is sent meanwhile
    EXPECT_EQ(server->state().paused, first.retry_after);
    site.clock.advance(*first.retry_after + seconds{1});
    fault_of([&] { server->find("f", false, {}); });
    EXPECT_EQ(site.diary().size(), 2u);
    return first.retry_after;
}

TEST(ServerPause, lasts_as_long_as_retry_after_says) {
    EXPECT_EQ(pause_after(json_answer(429, "", {{"Retry-After", "17"}})), seconds{17});
    EXPECT_EQ(pause_after(json_answer(429, "", {{"Retry-After", "Sat, 03 Oct 2026 14:00:20 GMT"}})),
              seconds{20});
    EXPECT_EQ(pause_after(json_answer(503, "", {{"Retry-After", "9"}})), seconds{9});
    EXPECT_EQ(pause_after(json_answer(429, "", {{"Retry-After", "99999999"}})), seconds{3600});
}

TEST(ServerPause, lasts_until_the_exhausted_bucket_is_full) {
    EXPECT_EQ(pause_after(json_answer(
                  429, "", {{"RateLimit", R"("requests";r=9;t=60, "fhirInteractions";r=0;t=42)"}})),
              seconds{42});
    EXPECT_EQ(
        pause_after(json_answer(429, "", {{"Retry-After", "17"}, {"RateLimit", R"("requests";r=0;t=60)"}})),
        seconds{17});
    EXPECT_EQ(pause_after(json_answer(429, R"({"resourceType":"OperationOutcome","issue":[{"severity":"error",
                  "extension":[{"url":"https://medplum.com/fhir/StructureDefinition/rate-limit-reset",
                  "valueUnsignedInt":33}]}]})")),
              seconds{33});
}

TEST(ServerPause, grows_where_the_server_does_not_say) {
    Site site;
    site.on(search, json_answer(429));
    const auto server = site.server();
    Duration last{};
    for (int i = 0; i < 12; ++i) {
        const auto wait = *fault_of([&] { server->find("f", false, {}); }).retry_after;
        EXPECT_GE(wait, seconds{15});
        EXPECT_LE(wait, std::chrono::minutes{15});
        last = wait;
        site.clock.advance(wait + seconds{1});
    }
    EXPECT_GE(last, std::chrono::minutes{7});
    EXPECT_EQ(site.diary().size(), 12u);
}

TEST(ServerPause, is_kept_after_a_create_whose_outcome_is_unknown) {
    const auto busy = json_answer(503, "", {{"Retry-After", "9"}});
    Site site;
    site.on("POST /fhir/Communication", busy);
    const auto server = site.server();
    const auto fault = fault_of([&] { server->create(a_fax(), Unless::identifier_exists, {}); });
    EXPECT_EQ(fault.kind, Fault::Kind::unknown);
    EXPECT_EQ(fault.retry_after, seconds{9});
    EXPECT_EQ(server->state().paused, seconds{9});

    Site other;
    other.on("POST /fhir/Binary", busy);
    const auto uploader = other.server();
    Pages pages("%PDF-1.4");
    EXPECT_EQ(fault_of([&] { uploader->upload(pages, "application/pdf", "", {}); }).kind,
              Fault::Kind::unknown);
    EXPECT_EQ(uploader->state().paused, seconds{9});
}

TEST(ServerPause, is_not_made_by_an_ordinary_failure) {
    Site site;
    site.on(search, json_answer(503)).on(search, json_answer(200, bundle({})));
    const auto server = site.server();
    EXPECT_EQ(fault_of([&] { server->find("f", false, {}); }).reason, "fhir.unavailable");
    EXPECT_NO_THROW(server->find("f", false, {}));
    EXPECT_FALSE(server->state().paused);
}

} // namespace
} // namespace efaxd::fhir
