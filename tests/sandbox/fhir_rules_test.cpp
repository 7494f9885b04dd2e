#include "sandbox/fhir_rules.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace efaxd::sandbox {
namespace {

std::vector<Issue> judge(const std::string& json) {
    const auto document = json::Document::parse(json);
    return check_communication(document.root());
}

/// A Communication with these members beside type and status.
std::string with(const std::string& members) {
    return R"({"resourceType":"Communication","status":"completed")" +
           (members.empty() ? "" : "," + members) + "}";
}

const std::vector<std::string>& good() {
    static const std::vector<std::string> list{
        "",
        R"("identifier":[{"system":"https://efax.com","value":"0123456789"}])",
        R"("category":[{"coding":[{"system":"http://x","code":"inbound"}]}])",
        R"("medium":[{"coding":[{"system":"http://x","code":"FAXWRIT","display":"telefax"}],"text":"fax"}])",
        R"("extension":[{"url":"https://efax.com/originating-fax-number","valueString":"15550142000"}])",
        R"("extension":[{"url":"http://x","extension":[{"url":"a","valueInteger":3}]}])",
        R"("recipient":[{"reference":"Organization/org-1","display":"North Clinic"}])",
        R"("recipient":[{"reference":"http://h/fhir/R4/Practitioner/p"},{"display":"x"}])",
        R"("sender":{"display":"somebody"})",
        R"("sent":"2025-01-15T09:15:00Z","received":"2025-01-15T09:15:00.123+01:00")",
        R"("sent":"2025-01")",
        R"("payload":[{"contentAttachment":{"contentType":"application/pdf","url":"Binary/b-77","title":"a b.pdf",)"
        R"("size":48211,"creation":"2025-01-15T09:15:00Z","hash":"AAAA"}}])",
        R"("payload":[{"contentString":"x"},{"contentReference":{"reference":"DocumentReference/1"}}])",
        R"("note":[{"text":"Attn: line\nbreak\ttab"}])",
        R"("topic":{"text":"x"},"priority":"asap","subject":{"reference":"Patient/1"})",
        R"("meta":{"tag":[{"code":"x"}]},"id":"a.b-1")",
        R"("statusReason":{"text":"busy"},"_sent":{"extension":[{"url":"http://x","valueCode":"y"}]})",
    };
    return list;
}

const std::vector<std::string>& bad() {
    static const std::vector<std::string> list{
        R"("colour":"red")",
        R"("status_":"x")",
        R"("identifier":{"system":"https://efax.com","value":"1"})",
        R"("identifier":[])",
        R"("identifier":[{"value":""}])",
        R"("identifier":[{"value":123}])",
        R"("identifier":[{"value":"1","colour":"x"}])",
        R"("category":{"coding":[{"code":"inbound"}]})",
        R"("category":[{"coding":{"code":"inbound"}}])",
        R"("category":["inbound"])",
        R"("medium":[{"coding":[{"code":" FAXWRIT"}]}])",
        R"("topic":[{"text":"x"}])",
        R"("statusReason":"busy")",
        R"("sender":[{"display":"x"}])",
        R"("sender":{})",
        R"("sender":"Practitioner/1")",
        R"("sender":{"reference":"Location/1"})",
        R"("recipient":[{"reference":"Location/1"}])",
        R"("recipient":[{"reference":"org-1"}])",
        R"("recipient":{"reference":"Organization/1"})",
        R"("subject":{"reference":"Practitioner/1"})",
        R"("sent":"2025-01-15T09:15:00")",
        R"("sent":"2025-01-15T09:15Z")",
        R"("sent":"2025-01-15T09:15:00+0000")",
        R"("sent":"2025-01-15 09:15:00Z")",
        R"("sent":"2025-13-15T09:15:00Z")",
        R"("sent":"2025-02-30")",
        R"("sent":"01/15/2025")",
        R"("sent":1736932500)",
        R"("sent":null)",
        R"("sent":"")",
        R"("sent":["2025-01-15T09:15:00Z"])",
        R"("payload":[])",
        R"("payload":[{}])",
        R"("payload":[{"content":"x"}])",
        R"("payload":[{"contentString":"x","contentReference":{"reference":"Patient/1"}}])",
        R"("payload":[{"contentAttachment":{"pages":2}}])",
        R"("payload":[{"contentAttachment":{"size":"48211"}}])",
        R"("payload":[{"contentAttachment":{"size":-1}}])",
        R"("payload":[{"contentAttachment":{"hash":"no*base64"}}])",
        R"("payload":[{"contentAttachment":{"contentType":"pdf "}}])",
        R"("payload":[{"contentAttachment":{"url":"Binary/a b"}}])",
        R"("payload":[{"contentAttachment":{"creation":"2025-01-15T09:15:00"}}])",
        R"("note":[{"time":"2025-01-15"}])",
        R"("note":[{"text":"   "}])",
        R"("note":[{"text":"a\u0000b"}])",
        R"("note":[{"text":"a\u0007b"}])",
        R"("note":"x")",
        R"("extension":[{"url":"http://x"}])",
        R"("extension":[{"valueString":"x"}])",
        R"("extension":[{"url":"http://x","valueString":"x","valueCode":"y"}])",
        R"("extension":[{"url":"http://x","valueString":"x","extension":[{"url":"a","valueString":"b"}]}])",
        R"("extension":[{"url":"http://x","valueString":5}])",
        R"("extension":{"url":"http://x","valueString":"x"})",
        R"("extension":[{"url":"http://x","valueString":"x","colour":"y"}])",
        R"("priority":"high")",
        R"("meta":{})",
        R"("id":"a b")",
        R"("basedOn":{"reference":"ServiceRequest/1"})",
    };
    return list;
}

TEST(CommunicationRules, pass_what_the_specification_allows) {
    for (const std::string& members : good()) {
        const auto issues = judge(with(members));
        EXPECT_TRUE(issues.empty()) << members << ": " << issues.front().expression << " "
                                    << issues.front().text;
    }
}

TEST(CommunicationRules, refuse_each_mistake) {
    for (const std::string& members : bad())
        EXPECT_FALSE(judge(with(members)).empty()) << members;
}

TEST(CommunicationRules, want_a_status_from_the_value_set) {
    EXPECT_EQ(judge(R"({"resourceType":"Communication"})").front().expression, "Communication.status");
    for (const char* status : {"preparation", "in-progress", "not-done", "on-hold", "stopped", "completed",
                               "entered-in-error", "unknown"})
        EXPECT_TRUE(
            judge(R"({"resourceType":"Communication","status":")" + std::string{status} + "\"}").empty());
    for (const char* status : {"received", "failed", "sent", "Completed"})
        EXPECT_FALSE(
            judge(R"({"resourceType":"Communication","status":")" + std::string{status} + "\"}").empty());
}

TEST(CommunicationRules, say_where_the_mistake_is) {
    const auto issues = judge(with(R"("payload":[{"contentAttachment":{"size":"1"}}])"));
    ASSERT_EQ(issues.size(), 1u);
    EXPECT_EQ(issues.front().expression, "Communication.payload[0].contentAttachment.size");
    EXPECT_TRUE(issues.front().structure);
}

TEST(JsonRules, hold_for_every_resource) {
    const auto judge_patient = [](const std::string& json) {
        const auto document = json::Document::parse(json);
        return check_json(document.root(), "Patient");
    };
    EXPECT_TRUE(
        judge_patient(R"({"resourceType":"Patient","active":true,"anything":{"a":[1,2.5]}})").empty());
    EXPECT_FALSE(judge_patient(R"({"resourceType":"Group"})").empty());
    EXPECT_FALSE(judge_patient(R"({"resourceType":"Patient","name":[{"given":[]}]})").empty());
    EXPECT_FALSE(judge_patient(R"([])").empty());
}

} // namespace
} // namespace efaxd::sandbox
