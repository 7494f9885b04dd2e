#include "serve/fhir_answers.hpp"

#include "serve/golden.hpp"

#include <algorithm>

namespace efaxd::serve {
namespace {

constexpr const char* fhir_json = "application/fhir+json";

std::string id_of(const Answer& answer) {
    return std::string(json::Document::parse(answer.body).root()["id"].text_or("none"));
}

void expect_answer(const Answer& answer, int status, const std::string& name) {
    EXPECT_EQ(answer.status, status) << name;
    EXPECT_EQ(answer.content_type, fhir_json) << name;
    expect_golden(answer.body, "operations/" + name);
}

/// FHIR knows no empty strings, arrays or objects, and no nulls.
void expect_nothing_empty(json::Value value, const std::string& path) {
    EXPECT_TRUE(value) << path;
    EXPECT_NE(value.text_or("not text").find_first_not_of(" \t\r\n"), std::string_view::npos) << path;
    if (!value.is_object() && !value.is_array())
        return;
    EXPECT_GT(value.size(), 0u) << path;
    for (std::size_t i = 0; i < value.size(); ++i)
        if (value.is_object())
            expect_nothing_empty(value.member_at(i), path + '.' + std::string(value.name_at(i)));
        else
            expect_nothing_empty(value.at(i), path + '[' + std::to_string(i) + ']');
}

Received some_received() {
    return {2, 1, 1, 0, {"c-1", "c-2"}, {{"transient", "The mailbox could not be read."}}};
}

std::string refusal_of(std::string_view body) {
    try {
        read_input(body, "Communication");
    } catch (const Refusal& refusal) {
        EXPECT_EQ(refusal.status, 400);
        EXPECT_EQ(refusal.reason, "send.bad_body");
        EXPECT_FALSE(outcome(refusal).body.empty());
        return refusal.code;
    }
    return "none";
}

TEST(FhirAnswers, are_written_as_the_golden_files_say) {
    expect_answer(outcome(502, "transient", "eFax could not be reached."), 502, "outcome.json");
    expect_answer(outcome(200, "informational", "Done."), 200, "outcome-ok.json");
    expect_answer(outcome(401, "login", "Sign in first."), 401, "outcome-unauthorized.json");
    expect_answer(outcome(Refusal(422, "business-rule", "Communication.recipient[0]", "send.no_number",
                                  "Organization/1 has no fax number.")),
                  422, "outcome-refusal.json");
    expect_answer(not_set_up("There is no such operation."), 404, "outcome-not-set-up.json");
    expect_answer(received(some_received()), 200, "received.json");
    expect_answer(received({}), 200, "received-none.json");
    expect_answer(synced({7, 3, 1, 2, 1}), 200, "synced.json");
    expect_answer(resource(R"({"resourceType":"Communication","id":"c-1"})"), 200, "resource.json");
    expect_answer(operations_metadata("/fhir/R4", "0.1.0"), 200, "metadata.json");
    for (const std::string name : {"receive-efax", "send-efax", "sync-efax-status"})
        expect_answer(operation_definition(name, "/clinic/fhir/R4/"), 200, name + ".json");
    expect_answer(operation_definition("steal-efax", "/fhir/R4"), 404, "outcome-not-set-up.json");
}

TEST(FhirAnswers, hold_nothing_empty) {
    for (const Answer& answer :
         {outcome(400, "", ""), outcome(Refusal(400, "", "", "", " \n")), not_set_up(""), received({}),
          received(some_received()), synced({}), resource(""), operations_metadata("", ""),
          operation_definition("send-efax", ""), fhir_failure(418, "", "")})
        expect_nothing_empty(json::Document::parse(answer.body).root(), answer.body.substr(0, 40));
}

TEST(FhirAnswers, carry_the_id_that_clients_map_to_the_status) {
    for (const auto& [status, id] :
         std::initializer_list<std::pair<int, std::string>>{{200, "ok"},
                                                            {202, "accepted"},
                                                            {401, "unauthorized"},
                                                            {403, "forbidden"},
                                                            {409, "conflict"},
                                                            {413, "content-too-large"},
                                                            {415, "unsupported-media-type"},
                                                            {429, "too-many-requests"},
                                                            {504, "server-timeout"},
                                                            {400, "none"},
                                                            {404, "none"},
                                                            {422, "none"},
                                                            {500, "none"},
                                                            {502, "none"}})
        EXPECT_EQ(id_of(outcome(status, "processing", "Text.")), id) << status;
}

TEST(FhirAnswers, say_not_set_up_for_what_is_not_there_at_all_only) {
    EXPECT_EQ(id_of(not_set_up("No such path.")), "not-found");
    EXPECT_EQ(id_of(fhir_failure(404, "not_found", "No such path.")), "not-found");
    EXPECT_EQ(id_of(outcome(404, "not-found", "Practitioner/1 is not there.")), "none");
    EXPECT_EQ(id_of(outcome(Refusal(404, "not-found", "", "send.no_document", "Binary/1 is gone."))), "none");
}

TEST(FhirAnswers, ask_who_calls) {
    const auto headers = outcome(401, "login", "Sign in first.").headers;
    ASSERT_EQ(headers.size(), 1u);
    EXPECT_EQ(headers.front(), (std::pair<std::string, std::string>("WWW-Authenticate", "Bearer")));
    EXPECT_TRUE(outcome(403, "forbidden", "No.").headers.empty());
}

TEST(FhirAnswers, form_what_the_door_itself_refuses) {
    for (const int status : {400, 403, 404, 405, 413, 415, 417, 431, 500, 501, 503, 504}) {
        const Answer answer = fhir_failure(status, "code", "A sentence.");
        EXPECT_EQ(answer.status, status);
        const auto document = json::Document::parse(answer.body);
        EXPECT_EQ(document.root()["issue"].at(0)["details"]["text"].text(), "A sentence.");
    }
}

TEST(FhirAnswers, keep_counts_within_an_integer) {
    EXPECT_NE(synced({1LL << 40, -1, 0, 0, 0}).body.find(R"("checked","valueInteger":2147483647)"),
              std::string::npos);
}

TEST(ReadInput, takes_the_resource_itself_or_Parameters_with_it) {
    const std::string fax = R"({"resourceType":"Communication","id":"c-1"})";
    EXPECT_EQ(read_input(fax, "Communication"), fax);
    for (const std::string name : {"resource", "communication", "Communication"})
        EXPECT_EQ(read_input(R"({"resourceType":"Parameters","parameter":[{"name":"other","valueInteger":1},)"
                             R"({"name":")" +
                                 name + R"(","resource":)" + fax + "}]}",
                             "Communication"),
                  fax)
            << name;
}

TEST(ReadInput, takes_nothing_for_an_empty_object) {
    for (const char* body : {"", "  \r\n", "{}", " { } ", R"({"resourceType":"Parameters"})",
                             R"({"resourceType":"Parameters","parameter":[]})"})
        EXPECT_EQ(read_input(body, "Communication"), "{}") << body;
}

TEST(ReadInput, refuses_everything_else) {
    for (const std::string body : {"[]", "null", "1", "\"text\"", "{", "{}{}"})
        EXPECT_EQ(refusal_of(body), "structure") << body;
    EXPECT_EQ(refusal_of(std::string(100000, '[')), "structure");
    for (
        const std::string body :
        {R"({"status":"in-progress"})", R"({"resourceType":"Patient"})", R"({"resourceType":7})",
         R"({"resourceType":"Parameters","parameter":[{"name":"resource"}]})",
         R"({"resourceType":"Parameters","parameter":[{"name":"resource","resource":[]}]})",
         R"({"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Binary"}}]})",
         R"({"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Communication"}},)"
         R"({"name":"communication","resource":{"resourceType":"Communication"}}]})"})
        EXPECT_EQ(refusal_of(body), "invalid") << body;
    EXPECT_EQ(refusal_of(R"({"resourceType":"Parameters","parameter":[{"name":"other"}]})"), "required");
}

} // namespace
} // namespace efaxd::serve
