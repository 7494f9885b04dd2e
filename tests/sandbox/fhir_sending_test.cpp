// What sending needs of the simulated FHIR server.
#include "sandbox/world.hpp"

#include "efaxd/core/base64.hpp"
#include "sandbox/json_tree.hpp"

namespace efaxd::sandbox::test {
namespace {

std::optional<std::string> patch(const std::string& resource, const std::string& steps) {
    std::string complaint;
    const auto text =
        patched(json::Document::parse(resource).root(), json::Document::parse(steps).root(), complaint);
    EXPECT_EQ(text.has_value(), complaint.empty());
    return text;
}

TEST(JsonPatch, adds_removes_replaces_and_tests) {
    EXPECT_EQ(patch(R"({"a":1})", R"([{"op":"add","path":"/b","value":{"c":[]}}])"),
              R"({"a":1,"b":{"c":[]}})");
    EXPECT_EQ(patch(R"({"a":[1,3]})", R"([{"op":"add","path":"/a/1","value":2}])"), R"({"a":[1,2,3]})");
    EXPECT_EQ(patch(R"({"a":[1]})", R"([{"op":"add","path":"/a/-","value":2}])"), R"({"a":[1,2]})");
    EXPECT_EQ(patch(R"({"a":1})", R"([{"op":"add","path":"/a","value":"x"}])"), R"({"a":"x"})");
    EXPECT_EQ(patch(R"({"a":[1,2],"b":3})", R"([{"op":"remove","path":"/a/0"},{"op":"remove","path":"/b"}])"),
              R"({"a":[2]})");
    EXPECT_EQ(patch(R"({"a~/b":1})", R"([{"op":"replace","path":"/a~0~1b","value":2}])"), R"({"a~/b":2})");
    EXPECT_EQ(patch(R"({"a":{"x":1,"y":2}})",
                    R"([{"op":"test","path":"/a","value":{"y":2,"x":1}},{"op":"remove","path":"/a/x"}])"),
              R"({"a":{"y":2}})");
}

TEST(JsonPatch, refuses_what_does_not_fit) {
    for (const std::string steps :
         {R"([{"op":"test","path":"/a","value":2}])", R"([{"op":"remove","path":"/b"}])",
          R"([{"op":"replace","path":"/b","value":1}])", R"([{"op":"add","path":"/l/2","value":1}])",
          R"([{"op":"add","path":"/l/01","value":1}])", R"([{"op":"remove","path":"/l/-"}])",
          R"([{"op":"add","path":"/a/b","value":1}])", R"([{"op":"add","path":"a","value":1}])",
          R"([{"op":"add","path":"/a"}])", R"([{"op":"jump","path":"/a","value":1}])", "[]", "{}"})
        EXPECT_FALSE(patch(R"({"a":1,"l":[0]})", steps)) << steps;
}

class FhirForSending : public World {
  protected:
    WireReply patch_it(const std::string& id, const std::string& steps, const Headers& more = {}) const {
        Headers headers{{"Content-Type", "application/json-patch+json"}};
        headers.insert(headers.end(), more.begin(), more.end());
        return fhir("PATCH", "/Communication/" + id, steps, headers);
    }
    std::string origin() const { return sandbox.fhir_url().substr(0, sandbox.fhir_url().size() - 8); }
    static std::string url_in(const std::string& communication) {
        return std::string{json::Document::parse(communication)
                               .root()["payload"]
                               .at(0)["contentAttachment"]["url"]
                               .text_or("")};
    }
    std::size_t found(const std::string& query) const {
        const auto reply = fhir("GET", "/Communication?" + query);
        EXPECT_EQ(reply.status, 200) << reply.body;
        return static_cast<std::size_t>(
            json::Document::parse(reply.body).root()["total"].integer().value_or(0));
    }
};

constexpr const char* complete_it = R"([{"op":"replace","path":"/status","value":"completed"}])";

TEST_F(FhirForSending, makes_an_outbound_communication_with_all_that_belongs_to_it) {
    NewOutbound wanted;
    wanted.numbers = {"+13035550100", "+13035550101"};
    wanted.documents = 2;
    wanted.subject = "Referral";
    wanted.notes = {"Attn: Dr Doe"};
    const auto outbound = sandbox.put_outbound(wanted);
    EXPECT_EQ(fhir("GET", "/Communication/" + outbound.id).body, outbound.json);
    const auto document = json::Document::parse(outbound.json);
    EXPECT_EQ(member(outbound.json, "status"), "in-progress");
    EXPECT_EQ(document.root()["sender"]["reference"].text_or(""), "Practitioner/dr-example");
    ASSERT_EQ(document.root()["recipient"].size(), 2u);
    EXPECT_EQ(document.root()["recipient"].at(1)["reference"].text_or(""), outbound.recipients[1]);
    ASSERT_EQ(document.root()["payload"].size(), 2u);
    EXPECT_EQ(url_in(outbound.json), "Binary/" + outbound.binaries[0]);
    const auto recipient = fhir("GET", "/" + outbound.recipients[0]).body;
    EXPECT_EQ(json::Document::parse(recipient).root()["contact"].at(0)["telecom"].at(0)["value"].text_or(""),
              "+13035550100");
    const auto raw = ask(sandbox.fhir_url(), "GET", "/Binary/" + outbound.binaries[0]);
    EXPECT_TRUE(raw.body.starts_with("%PDF-"));
    EXPECT_EQ(found("category=outbound&status=in-progress&medium=FAXWRIT&_sort=_lastUpdated"), 1u);
    EXPECT_EQ(found("status=in-progress&identifier:missing=true"), 1u);
    EXPECT_EQ(found("identifier:missing=false"), 0u);
    EXPECT_TRUE(sandbox.oracle().spare_binaries.empty());
}

TEST_F(FhirForSending, makes_pictures_too_and_by_the_control_api) {
    for (const auto& [kind, magic] :
         {std::pair{"tiff", "II*"}, std::pair{"jpeg", "\xff\xd8\xff"}, std::pair{"png", "\x89PNG"}}) {
        const auto reply =
            control("POST", "/outbound",
                    R"({"number":"+13035550100","telecom":true,"kind":")" + std::string{kind} + "\"}");
        ASSERT_EQ(reply.status, 200) << reply.body;
        const auto document = json::Document::parse(reply.body);
        const auto raw = ask(sandbox.fhir_url(), "GET",
                             "/Binary/" + std::string{document.root()["binaries"].at(0).text_or("")});
        EXPECT_TRUE(raw.body.starts_with(magic)) << kind;
        EXPECT_EQ(raw.header("content-type"), "image/" + std::string{kind});
        EXPECT_EQ(document.root()["communication"]["id"].text_or(""), document.root()["id"].text_or("-"));
    }
    EXPECT_EQ(control("POST", "/outbound", R"({"numbers":[]})").status, 400);
    EXPECT_EQ(control("POST", "/outbound", R"({"numbers":[1]})").status, 400);
}

TEST_F(FhirForSending, patches_with_the_version_in_hand) {
    const auto id = sandbox.put_outbound().id;
    const std::string file =
        R"([{"op":"add","path":"/identifier","value":[{"system":"https://efax.com","value":"fax-1"}]}])";
    const auto first = patch_it(id, file, {{"If-Match", "W/\"1\""}});
    EXPECT_EQ(first.status, 200) << first.body;
    EXPECT_EQ(first.header("etag"), "W/\"2\"");
    EXPECT_NE(first.body.find("fax-1"), std::string::npos);
    EXPECT_EQ(found("identifier=https://efax.com%7Cfax-1"), 1u);
    EXPECT_EQ(patch_it(id, complete_it, {{"If-Match", "W/\"1\""}}).status, 412);
    set_options(R"({"fhir":{"stale_status":409}})");
    EXPECT_EQ(patch_it(id, complete_it, {{"If-Match", "W/\"1\""}}).status, 409);
    EXPECT_EQ(patch_it(id, complete_it).status, 200);
    EXPECT_EQ(member(fhir("GET", "/Communication/" + id).body, "status"), "completed");
    EXPECT_NE(fhir("GET", "/metadata").body.find("\"patch\""), std::string::npos);
}

TEST_F(FhirForSending, refuses_patches_that_break_the_resource_or_its_rules) {
    const auto id = sandbox.put_outbound().id;
    EXPECT_EQ(patch_it(id, R"([{"op":"replace","path":"/status","value":"sent"}])").status, 400);
    EXPECT_EQ(patch_it(id, R"([{"op":"test","path":"/status","value":"completed"}])").status, 400);
    EXPECT_EQ(patch_it(id, "no json").status, 400);
    EXPECT_EQ(patch_it("none", complete_it).status, 404);
    EXPECT_EQ(fhir("PATCH", "/Communication/" + id, complete_it).status, 415) << "of another type";
    sandbox.fhir().staff_deletes(id);
    EXPECT_EQ(patch_it(id, complete_it).status, 410);
}

TEST_F(FhirForSending, can_know_nothing_of_patches) {
    const auto id = sandbox.put_outbound().id;
    set_options(R"({"fhir":{"patch":"405"}})");
    EXPECT_EQ(patch_it(id, complete_it).status, 405);
    EXPECT_EQ(fhir("GET", "/metadata").body.find("\"patch\""), std::string::npos);
    set_options(R"({"fhir":{"patch":"415"}})");
    EXPECT_EQ(patch_it(id, complete_it).status, 415);
    add_fault(R"({"endpoint":"fhir.patch","kind":"status","status":503})");
    EXPECT_EQ(patch_it(id, complete_it).status, 503);
}

TEST_F(FhirForSending, counts_writes_that_change_nothing) {
    const auto outbound = sandbox.put_outbound();
    const auto counts = [&] {
        const auto stored = sandbox.fhir().store().read("Communication", outbound.id);
        return std::pair{stored->http_updates, stored->needless_updates};
    };
    EXPECT_EQ(patch_it(outbound.id, complete_it).status, 200);
    EXPECT_EQ(counts(), std::pair(std::int64_t{1}, std::int64_t{0}));
    EXPECT_EQ(patch_it(outbound.id, complete_it).status, 200);
    EXPECT_EQ(counts(), std::pair(std::int64_t{2}, std::int64_t{1}));
    const auto body = fhir("GET", "/Communication/" + outbound.id).body;
    EXPECT_EQ(fhir("PUT", "/Communication/" + outbound.id, body).status, 200);
    EXPECT_EQ(counts(), std::pair(std::int64_t{3}, std::int64_t{2}));
    EXPECT_EQ(sandbox.send_oracle().needless_writes, 2u);
}

TEST_F(FhirForSending, presigns_attachments_and_takes_them_back) {
    set_options(R"({"fhir":{"presigned":true,"presigned_seconds":60}})");
    const auto outbound = sandbox.put_outbound();
    const auto read = fhir("GET", "/Communication/" + outbound.id);
    const auto url = url_in(read.body);
    EXPECT_EQ(url, url_in(outbound.json));
    ASSERT_TRUE(url.starts_with(origin() + "/storage/binary/" + outbound.binaries[0] + "?Expires=")) << url;
    EXPECT_NE(fhir("GET", "/Communication").body.find("/storage/binary/"), std::string::npos);
    const auto target = url.substr(origin().size());
    const auto fetched = ask(origin(), "GET", target);
    EXPECT_EQ(fetched.status, 200);
    EXPECT_TRUE(fetched.body.starts_with("%PDF-"));
    EXPECT_EQ(ask(origin(), "GET", target, {{"Authorization", "Bearer x"}}).status, 403);
    EXPECT_EQ(ask(origin(), "GET", target + "0").status, 403);
    EXPECT_EQ(fhir("PUT", "/Communication/" + outbound.id, read.body).status, 200);
    EXPECT_EQ(patch_it(outbound.id, complete_it).status, 200);
    const auto stored = sandbox.fhir().store().read("Communication", outbound.id);
    EXPECT_EQ(url_in(stored->text), "Binary/" + outbound.binaries[0]);
    EXPECT_EQ(stored->needless_updates, 1) << "only the PUT";
    sandbox.clock().advance(std::chrono::seconds{61});
    EXPECT_EQ(ask(origin(), "GET", target).status, 403);
    EXPECT_TRUE(member(post_binary("%PDF-1").body, "url").starts_with(origin() + "/storage/binary/"));
    EXPECT_EQ(sandbox.journal().entries({"fhir", "fhir.storage"}).front().target.find("Signature"),
              std::string::npos);
}

TEST_F(FhirForSending, knows_other_callers_than_efaxd) {
    const auto id = sandbox.put_outbound().id;
    const auto other = sandbox.put_outbound().id;
    const auto as = [&](const std::string& token, const std::string& target) {
        return fhir("GET", target, {}, {{"Authorization", "Bearer " + token}}).status;
    };
    EXPECT_EQ(as("anybody", "/Communication/" + id), 200) << "auth is none";
    for (const std::string method : {"none", "client_credentials"}) {
        set_options(R"({"fhir":{"auth":")" + method + "\"}}");
        sandbox.fhir().auth().add_caller({"alice", true, {}});
        control("POST", "/callers", R"({"token":"bob","may":"nothing"})");
        control("POST", "/callers", R"({"token":"eve","only":["Communication/)" + id + "\"]}");
        EXPECT_EQ(as("alice", "/Communication/" + id), 200);
        EXPECT_EQ(as("alice", "/Communication?_count=1"), 200);
        EXPECT_EQ(as("bob", "/Communication/" + id), 403);
        EXPECT_EQ(as("eve", "/Communication/" + id), 200);
        EXPECT_EQ(as("eve", "/Communication/" + other), 404);
        EXPECT_EQ(as("anybody", "/Communication/" + id), 401);
        EXPECT_EQ(fhir("GET", "/Communication/" + id).status, method == "none" ? 200 : 401);
    }
    EXPECT_EQ(control("POST", "/callers", R"({"token":"x","may":"fly"})").status, 400);
}

} // namespace
} // namespace efaxd::sandbox::test
