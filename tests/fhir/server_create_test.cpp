#include "fhir/golden.hpp"
#include "fhir/site.hpp"

namespace efaxd::fhir {
namespace {

constexpr auto post = "POST /fhir/Communication";
using Kind = Fault::Kind;

Fault refused_by(Answer answer) {
    Site site;
    site.on(post, std::move(answer));
    const auto fault = fault_of([&] { site.server()->create(a_fax(), Unless::identifier_exists, {}); });
    EXPECT_EQ(site.count(post), 1u); // never a second POST by itself
    return fault;
}

TEST(ServerCreate, sends_the_golden_resource_on_its_condition) {
    Site site;
    site.on(post, json_answer(201, communication("c-1", "fax-67890")));
    const auto match = site.server()->create(a_fax(), Unless::identifier_exists, {});
    EXPECT_EQ(match, (Match{"c-1", Direction::inbound, {"Binary/received-fax-id"}}));
    const auto seen = site.seen(0);
    EXPECT_EQ(seen.target, "/fhir/Communication");
    EXPECT_EQ(seen.body, golden("communication_pdf.json"));
    EXPECT_EQ(seen.header("content-type"), "application/fhir+json");
    EXPECT_EQ(seen.header("accept"), "application/fhir+json");
    EXPECT_EQ(seen.header("if-none-exist"), "identifier=https%3A%2F%2Fefax.com%7Cfax-67890");
}

TEST(ServerCreate, puts_the_direction_into_the_condition_when_told) {
    Site site;
    site.on(post, json_answer(201, communication("c-1", "fax-67890")));
    site.server()->create(a_fax(), Unless::inbound_identifier_exists, {});
    EXPECT_EQ(site.seen(0).header("if-none-exist"),
              "identifier=https%3A%2F%2Fefax.com%7Cfax-67890&category=http%3A%2F%2Fmedplum.com%2Ffhir%2F"
              "CodeSystem%2Ffax-direction%7Cinbound");
}

TEST(ServerCreate, lives_with_an_empty_201) {
    Site site;
    site.on(post, json_answer(201, "", {{"Location", "https://other/fhir/Communication/c-2/_history/1"}}));
    EXPECT_EQ(site.server()->create(a_fax(), Unless::identifier_exists, {}).id, "c-2");
}

TEST(ServerCreate, adopts_the_existing_one_from_a_200) {
    Site site;
    site.on(post, json_answer(200, communication("c-3", "fax-67890", "outbound")));
    EXPECT_EQ(site.server()->create(a_fax(), Unless::identifier_exists, {}),
              (Match{"c-3", Direction::outbound, {"Binary/of-c-3"}}));
    EXPECT_EQ(site.diary().size(), 1u);
}

TEST(ServerCreate, reads_the_existing_one_when_a_200_does_not_show_it) {
    for (const auto& body : {std::string(), outcome("informational")})
        for (const auto* header : {"Location", "Content-Location"}) {
            Site site;
            site.on(post, json_answer(200, body, {{header, site.base() + "/Communication/c-4/_history/2"}}));
            site.on("GET /fhir/Communication/c-4", json_answer(200, communication("c-4", "fax-67890", "")));
            EXPECT_EQ(site.server()->create(a_fax(), Unless::identifier_exists, {}),
                      (Match{"c-4", Direction::missing, {"Binary/of-c-4"}}));
        }
}

TEST(ServerCreate, does_not_know_what_became_of_it_without_an_id) {
    for (const int status : {200, 201, 202, 204}) {
        const auto fault = refused_by(json_answer(status, status == 204 ? "" : outcome("informational")));
        EXPECT_EQ(fault.kind, Kind::unknown) << status;
        EXPECT_EQ(fault.reason, "fhir.unknown_outcome");
    }
}

TEST(ServerCreate, tells_several_matches) {
    const auto fault = refused_by(json_answer(412, outcome("multiple-matches")));
    EXPECT_EQ(fault.kind, Kind::lasting);
    EXPECT_EQ(fault.reason, "fhir.several_matches");
}

TEST(ServerCreate, tells_refusals_apart) {
    struct Row {
        int status;
        Kind kind;
        const char* reason;
    };
    for (const auto& [status, kind, reason] :
         {Row{400, Kind::lasting, "fhir.refused"}, Row{422, Kind::lasting, "fhir.refused"},
          Row{415, Kind::lasting, "fhir.refused"}, Row{413, Kind::lasting, "fhir.too_large"},
          Row{401, Kind::passing, "fhir.unauthorized"}, Row{403, Kind::passing, "fhir.forbidden"},
          Row{404, Kind::passing, "fhir.wrong_base"}, Row{409, Kind::passing, "fhir.conflict"},
          Row{425, Kind::passing, "fhir.unavailable"}, Row{429, Kind::passing, "fhir.paused"},
          Row{302, Kind::passing, "fhir.bad_reply"}, Row{408, Kind::unknown, "fhir.unknown_outcome"},
          Row{500, Kind::unknown, "fhir.unknown_outcome"}, Row{502, Kind::unknown, "fhir.unknown_outcome"},
          Row{503, Kind::unknown, "fhir.unknown_outcome"}, Row{504, Kind::unknown, "fhir.unknown_outcome"}}) {
        const auto fault = refused_by(json_answer(status, outcome("processing")));
        EXPECT_EQ(fault.kind, kind) << status;
        EXPECT_EQ(fault.reason, reason) << status;
        EXPECT_EQ(fault.detail.find("John"), std::string::npos);
    }
}

TEST(ServerCreate, does_not_know_what_became_of_it_when_the_reply_is_lost) {
    Answer hang_up;
    hang_up.hang_up = true;
    Answer cut = json_answer(201, communication("c-1", "fax-67890"));
    cut.cut_after = 10;
    for (const auto& answer : {hang_up, cut})
        EXPECT_EQ(refused_by(answer).kind, Kind::unknown);
}

TEST(ServerCreate, knows_that_nothing_was_done_when_nobody_is_there) {
    fakes::FakeClock clock;
    ServerOptions options;
    {
        Site gone;
        options.remote.base_url = gone.base();
    }
    Server server(options, clock);
    const auto fault = fault_of([&] { server.create(a_fax(), Unless::identifier_exists, {}); });
    EXPECT_EQ(fault.kind, Kind::passing);
    EXPECT_EQ(fault.reason, "fhir.unreachable");
}

} // namespace
} // namespace efaxd::fhir
