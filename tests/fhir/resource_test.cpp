#include "fhir/resource.hpp"
#include "fhir/site.hpp"

namespace efaxd::fhir {
namespace {

std::string id_by(const std::string& name, const std::string& location) {
    http::Reply reply;
    reply.headers = {{name, location}};
    return created_id(reply, "", "Communication");
}

TEST(Resource, knows_an_id_when_it_sees_one) {
    for (const auto* id : {"1", "a-B.9", "5f0c7a4e-0000-4000-8000-000000000000"})
        EXPECT_TRUE(is_id(id)) << id;
    for (const auto* id : {"", ".", "..", "a/b", "a b", "a_b", "%2e", "a?b"})
        EXPECT_FALSE(is_id(id)) << id;
    EXPECT_TRUE(is_id(std::string(64, 'x')));
    EXPECT_FALSE(is_id(std::string(65, 'x')));
}

TEST(Resource, tells_a_local_reference_from_others) {
    EXPECT_TRUE(is_local_reference("Organization/org-1"));
    for (const auto* other : {"", "Organization", "/1", "Organization/", "https://x/Organization/1",
                              "urn:uuid:1", "Organization/1/_history/2", "Organi%2e/1", "Organization/.."})
        EXPECT_FALSE(is_local_reference(other)) << other;
}

TEST(Resource, takes_the_new_id_from_the_body) {
    http::Reply reply;
    reply.headers = {{"location", "https://x/Communication/other"}};
    EXPECT_EQ(created_id(reply, R"({"resourceType":"Communication","id":"c-1"})", "Communication"), "c-1");
}

TEST(Resource, does_not_take_the_id_of_an_outcome_for_the_new_one) {
    http::Reply reply;
    reply.headers = {{"location", "https://x/Communication/c-2"}};
    EXPECT_EQ(created_id(reply, outcome("informational"), "Communication"), "c-2");
}

TEST(Resource, takes_the_new_id_from_every_form_of_location) {
    EXPECT_EQ(id_by("location", "https://fhir.example.org/fhir/R4/Communication/c-1"), "c-1");
    EXPECT_EQ(id_by("location", "http://other/fhir/Communication/c-1/_history/1"), "c-1");
    EXPECT_EQ(id_by("location", "Communication/c-1"), "c-1");
    EXPECT_EQ(id_by("location", "/fhir/Communication/c-1?x=1"), "c-1");
    EXPECT_EQ(id_by("content-location", "https://x/Communication/c-1/_history/3"), "c-1");
}

TEST(Resource, finds_no_id_where_there_is_none) {
    for (const auto* location :
         {"", "https://x/Binary/b-1", "https://x/Communication/", "https://x/Communication",
          "https://x/XCommunication/1", "https://x/Communication/a%20b"})
        EXPECT_EQ(id_by("location", location), "") << location;
    EXPECT_EQ(created_id({}, "<html>", "Communication"), "");
    EXPECT_EQ(created_id({}, R"({"resourceType":"Communication","id":"../1"})", "Communication"), "");
}

TEST(Resource, reads_direction_and_attachments) {
    const auto read = [](const std::string& text) {
        const auto document = json::Document::parse(text);
        return match_of(document.root());
    };
    EXPECT_EQ(read(communication("c", "f")), (Match{"c", Direction::inbound, {"Binary/of-c"}}));
    EXPECT_EQ(read(communication("c", "f", "outbound")).direction, Direction::outbound);
    EXPECT_EQ(read(communication("c", "f", "")).direction, Direction::missing);
    EXPECT_EQ(read(R"({"id":"c","category":[{"coding":[{"system":"x","code":"outbound"}]}]})").direction,
              Direction::missing);
    EXPECT_EQ(
        read(
            R"({"id":"c","category":[{"text":"a"},{"coding":[{"system":"x","code":"y"},{"code":"outbound"}]}]})")
            .direction,
        Direction::outbound);
    EXPECT_EQ(
        read(R"({"id":7,"category":{},"payload":[{"contentString":"x"},{"contentAttachment":{"url":7}}]})"),
        Match{});
}

TEST(Resource, takes_nothing_but_the_type_it_wants) {
    for (const std::string body : {"", "<html>", "[]", "null", R"({"resourceType":"OperationOutcome"})"})
        EXPECT_EQ(fault_of([&] { read_resource(body, "Bundle"); }).reason, "fhir.bad_reply") << body;
}

} // namespace
} // namespace efaxd::fhir
