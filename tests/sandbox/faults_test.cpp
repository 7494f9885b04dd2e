#include "sandbox/world.hpp"

#include "efaxd/core/document.hpp"

#include <algorithm>
#include <thread>

namespace efaxd::sandbox::test {
namespace {

using FaultsOnTheWire = World;

FaultRule rule(std::string endpoint, FaultKind kind = FaultKind::status) {
    FaultRule made;
    made.endpoint = std::move(endpoint);
    made.kind = kind;
    return made;
}

TEST(Faults, strike_as_often_as_they_are_told) {
    Faults faults(1);
    FaultRule twice = rule("efax.list");
    twice.count = 2;
    twice.skip = 1;
    faults.add(twice);
    std::string struck;
    for (int i = 0; i < 5; ++i)
        struck += faults.draw("efax.list", "", "/") ? 'x' : '.';
    EXPECT_EQ(struck, ".xx..");
    EXPECT_EQ(faults.all().front().struck, 2);
}

TEST(Faults, strike_for_ever_below_zero) {
    Faults faults(1);
    FaultRule always = rule("any");
    always.count = -1;
    const int number = faults.add(always);
    for (int i = 0; i < 100; ++i)
        EXPECT_TRUE(faults.draw("fhir.create", "", "/"));
    EXPECT_TRUE(faults.remove(number));
    EXPECT_FALSE(faults.draw("fhir.create", "", "/"));
}

TEST(Faults, fit_side_user_and_target) {
    Faults faults(1);
    FaultRule picky = rule("efax.any");
    picky.user_id = "u";
    picky.contains = "abc";
    faults.add(picky);
    EXPECT_FALSE(faults.draw("fhir.read", "u", "/abc"));
    EXPECT_FALSE(faults.draw("efax.image", "v", "/abc"));
    EXPECT_FALSE(faults.draw("efax.image", "u", "/abd"));
    EXPECT_TRUE(faults.draw("efax.image", "u", "/abc"));
}

TEST(Faults, strike_by_the_same_chance_for_the_same_seed) {
    const auto play = [](std::uint64_t seed) {
        Faults faults(seed);
        FaultRule half = rule("any");
        half.count = -1;
        half.probability = 0.5;
        faults.add(half);
        std::string struck;
        for (int i = 0; i < 200; ++i)
            struck += faults.draw("efax.list", "", "") ? 'x' : '.';
        return struck;
    };
    EXPECT_EQ(play(1), play(1));
    EXPECT_NE(play(1), play(2));
    const std::string struck = play(1);
    EXPECT_NEAR(static_cast<double>(std::count(struck.begin(), struck.end(), 'x')), 100, 40);
}

TEST(Faults, refuse_an_endpoint_that_is_none) {
    Faults faults(1);
    EXPECT_THROW(faults.add(rule("efax.lists")), std::invalid_argument);
}

TEST_F(FaultsOnTheWire, status_comes_with_body_styles_and_retry_after_and_does_nothing) {
    const auto id = sandbox.put_fax();
    add_fault(R"([{"endpoint":"efax.image","status":429,"retry_after":"7","body":"efax"},
                  {"endpoint":"efax.image","status":503,"body":"html"},
                  {"endpoint":"efax.image","status":502,"body":"empty"},
                  {"endpoint":"efax.image","status":504}])");
    const auto image = [&] { return efax("GET", "/faxes/" + id + "/image"); };
    const auto first = image();
    EXPECT_EQ(first.status, 429);
    EXPECT_EQ(first.header("retry-after"), "7");
    EXPECT_NE(first.body.find("TOO_MANY_REQUESTS"), std::string::npos);
    EXPECT_NE(image().body.find("<html>"), std::string::npos);
    EXPECT_EQ(image().body, "");
    EXPECT_EQ(image().body, R"({"message":"Gateway Timeout"})");
    EXPECT_FALSE(sandbox.efax().store().find(id)->downloaded);
    EXPECT_EQ(image().status, 200);
}

TEST_F(FaultsOnTheWire, user_id_can_be_refused_alone) {
    add_fault(R"({"endpoint":"efax.any","status":403,"user_id":"10000001-20000002","for_ever":true})");
    EXPECT_EQ(efax_as("10000001-20000002", "/faxes/received").status, 403);
    EXPECT_EQ(efax_as("10000001-20000001", "/faxes/received").status, 200);
}

TEST_F(FaultsOnTheWire, hang_up_happens_before_the_work_and_lose_reply_after_it) {
    add_fault(
        R"([{"endpoint":"fhir.create","kind":"hang_up"},{"endpoint":"fhir.create","kind":"lose_reply"}])");
    const std::string patient = R"({"resourceType":"Patient","active":true})";
    EXPECT_EQ(fhir("POST", "/Patient", patient).status, 0);
    EXPECT_EQ(sandbox.fhir().store().size("Patient"), 0u);
    EXPECT_EQ(fhir("POST", "/Patient", patient).status, 0);
    EXPECT_EQ(sandbox.fhir().store().size("Patient"), 1u);
    const auto lines = sandbox.journal().entries({.endpoint = "fhir.create"});
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0].status, 0);
    EXPECT_EQ(lines[1].status, 201);
    EXPECT_EQ(lines[1].fault, "lose_reply");
}

TEST_F(FaultsOnTheWire, cut_reply_counts_the_head_and_never_lets_the_whole_through) {
    add_fault(R"([{"endpoint":"fhir.create","kind":"cut_reply","bytes":1},
                  {"endpoint":"fhir.create","kind":"cut_reply","bytes":1000000}])");
    const std::string patient = R"({"resourceType":"Patient","active":true})";
    EXPECT_EQ(fhir("POST", "/Patient", patient).status, 0);
    const auto nearly = fhir("POST", "/Patient", patient);
    EXPECT_EQ(nearly.status, 201);
    EXPECT_FALSE(nearly.whole);
    EXPECT_FALSE(nearly.body.empty());
    EXPECT_EQ(sandbox.fhir().store().size("Patient"), 2u);
}

TEST_F(FaultsOnTheWire, late_turns_the_client_away_and_does_the_work_all_the_same) {
    add_fault(R"({"endpoint":"fhir.create","kind":"late","delay_ms":50})");
    EXPECT_EQ(fhir("POST", "/Patient", R"({"resourceType":"Patient","active":true})").status, 0);
    EXPECT_EQ(sandbox.journal().count({.endpoint = "fhir.create"}), 0u);
    ASSERT_TRUE(sandbox.journal().wait_for({.endpoint = "fhir.create"}, 1));
    EXPECT_EQ(sandbox.fhir().store().size("Patient"), 1u);
}

TEST_F(FaultsOnTheWire, may_wait_for_a_kept_connection) {
    add_fault(R"({"endpoint":"fhir.metadata","status":500,"connection":"kept"})");
    Wire wire(sandbox.fhir_url());
    EXPECT_EQ(wire.exchange("GET", "/fhir/R4/metadata").status, 200);
    EXPECT_EQ(wire.exchange("GET", "/fhir/R4/metadata").status, 500);
    add_fault(R"({"endpoint":"fhir.metadata","status":500,"connection":"fresh"})");
    EXPECT_EQ(wire.exchange("GET", "/fhir/R4/metadata").status, 200);
    EXPECT_EQ(Wire(sandbox.fhir_url()).exchange("GET", "/fhir/R4/metadata").status, 500);
}

TEST_F(FaultsOnTheWire, close_spoils_nothing_and_ends_the_connection) {
    add_fault(R"({"endpoint":"fhir.metadata","kind":"close"})");
    Wire wire(sandbox.fhir_url());
    const auto reply = wire.exchange("GET", "/fhir/R4/metadata");
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.whole);
    EXPECT_EQ(reply.header("connection"), "close");
    EXPECT_TRUE(wire.closed());
}

TEST_F(FaultsOnTheWire, cut_marks_the_fax_and_breaks_the_reply) {
    const auto id = sandbox.put_fax();
    add_fault(R"({"endpoint":"efax.image","kind":"cut","bytes":1000})");
    const auto reply = efax("GET", "/faxes/" + id + "/image");
    EXPECT_EQ(reply.status, 200);
    EXPECT_FALSE(reply.whole);
    EXPECT_EQ(reply.body.size(), 1000u);
    EXPECT_TRUE(sandbox.efax().store().find(id)->downloaded);
}

TEST_F(FaultsOnTheWire, stall_ends_when_the_client_leaves) {
    add_fault(R"({"endpoint":"efax.health","kind":"stall","bytes":3})");
    {
        Wire wire(sandbox.efax_url());
        wire.ask("GET", "/health");
        EXPECT_EQ(wire.some_of_body(3), R"({"s)");
    }
    EXPECT_EQ(ask(sandbox.efax_url(), "GET", "/health").status, 200);
}

TEST_F(FaultsOnTheWire, drip_and_delay_give_the_whole_in_the_end) {
    add_fault(R"({"endpoint":"efax.health","kind":"drip","bytes":4,"every_ms":5,"delay_ms":20})");
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(ask(sandbox.efax_url(), "GET", "/health").body, R"({"status":"UP"})");
    EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds{30});
}

TEST_F(FaultsOnTheWire, wrong_bodies_come_with_200) {
    add_fault(R"([{"endpoint":"efax.list","kind":"wrong_json"},{"endpoint":"efax.list","kind":"errors_200"},
                  {"endpoint":"efax.list","kind":"wrong_type"},{"endpoint":"efax.list","kind":"no_faxes"},
                  {"endpoint":"efax.list","kind":"null_faxes"}])");
    const auto list = [&] {
        const auto reply = efax("GET", "/faxes/received");
        EXPECT_EQ(reply.status, 200);
        return reply.body;
    };
    EXPECT_THROW(json::Document::parse(list()), json::ParseError);
    EXPECT_NE(list().find("\"errors\""), std::string::npos);
    EXPECT_EQ(list(), "[]");
    EXPECT_EQ(list().find("\"faxes\""), std::string::npos);
    EXPECT_NE(list().find("\"faxes\":null"), std::string::npos);
}

TEST_F(FaultsOnTheWire, wrong_images_are_each_wrong_in_their_way) {
    const auto other = sandbox.put_fax();
    const auto id = sandbox.put_fax();
    const auto right = FaxDocument(sandbox.efax().store().find(id)->plan, DocumentKind::pdf).bytes();
    const auto image = [&](const std::string& kind) {
        add_fault(R"({"endpoint":"efax.image","kind":")" + kind + "\"}");
        return efax("GET", "/faxes/" + id + "/image?desired_format=PDF");
    };
    EXPECT_EQ(member(image("other_fax").body, "fax_id"), other);
    const auto lie = image("other_bytes");
    EXPECT_EQ(member(lie.body, "fax_id"), id);
    EXPECT_TRUE(document(lie).starts_with("%PDF-"));
    EXPECT_NE(document(lie), right);
    EXPECT_EQ(document(image("bad_base64")), "no base64");
    EXPECT_EQ(document(image("cut_base64")), "no base64");
    EXPECT_EQ(member(image("empty_image").body, "image"), "");
    EXPECT_TRUE(document(image("html_document")).starts_with("<html>"));
    DocumentInspector inspector;
    inspector.feed(document(image("cut_document")));
    EXPECT_EQ(inspector.complaint(), "document.cut_short");
}

TEST_F(FaultsOnTheWire, no_effect_answers_as_if_done) {
    const auto id = sandbox.put_fax();
    add_fault(
        R"([{"endpoint":"efax.patch","kind":"no_effect"},{"endpoint":"efax.delete","kind":"no_effect"}])");
    const auto reply = efax("PATCH", "/faxes/" + id + "/metadata", R"({"image_downloaded":true})");
    EXPECT_EQ(member(reply.body, "image_downloaded"), "true");
    EXPECT_EQ(efax("DELETE", "/faxes/" + id).status, 204);
    EXPECT_EQ(listed("?image_downloaded=false"), std::vector{id});
}

TEST_F(FaultsOnTheWire, redirect_points_to_another_host) {
    add_fault(R"({"endpoint":"fhir.search","kind":"redirect"})");
    const auto reply = fhir("GET", "/Patient");
    EXPECT_EQ(reply.status, 302);
    EXPECT_EQ(reply.header("location"), "http://elsewhere.invalid/");
}

TEST_F(FaultsOnTheWire, token_endpoints_fail_too) {
    add_fault(
        R"([{"endpoint":"efax.tokens","status":500},{"endpoint":"fhir.token","status":429,"body":"oauth"}])");
    EXPECT_EQ(sign_in().status, 500);
    EXPECT_EQ(sign_in().status, 200);
    EXPECT_EQ(
        ask(sandbox.fhir_url().substr(0, sandbox.fhir_url().size() - 8), "POST", "/oauth2/token").status,
        429);
}

TEST_F(FaultsOnTheWire, journal_holds_no_secret) {
    sign_in();
    efax("GET", "/faxes/received?image_downloaded=false");
    const auto all = control("GET", "/journal").body;
    EXPECT_EQ(all.find("sim-key"), std::string::npos);
    EXPECT_EQ(all.find("c2lt"), std::string::npos);
    EXPECT_EQ(all.find(token()), std::string::npos);
    ask(sandbox.fhir_url().substr(0, sandbox.fhir_url().size() - 8), "POST",
        "/oauth2/token?client_secret=hush");
    EXPECT_EQ(control("GET", "/journal").body.find("hush"), std::string::npos);
}

TEST_F(FaultsOnTheWire, journal_can_be_waited_for) {
    std::jthread client([&] { efax("GET", "/faxes/received"); });
    EXPECT_TRUE(sandbox.journal().wait_for({.endpoint = "efax.list"}, 1));
    EXPECT_FALSE(sandbox.journal().wait_for({.endpoint = "efax.list"}, 2, Duration{1}));
}

TEST_F(FaultsOnTheWire, journal_tells_writes_from_reads) {
    const auto id = sandbox.put_fax();
    deliver(id);
    efax("PATCH", "/faxes/" + id + "/metadata", R"({"image_downloaded":true})");
    std::vector<std::string> names;
    for (const auto& entry : sandbox.journal().writes())
        names.push_back(entry.endpoint);
    EXPECT_EQ(names, (std::vector<std::string>{"fhir.binary", "fhir.create", "efax.patch"}));
    EXPECT_EQ(sandbox.journal().count({.endpoint = "efax.image", .subject = id}), 1u);
    EXPECT_EQ(sandbox.journal().count({.side = "efax", .user_id = system_user}), 2u);
}

} // namespace
} // namespace efaxd::sandbox::test
