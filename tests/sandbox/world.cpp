#include "sandbox/world.hpp"

#include "efaxd/core/timestamp.hpp"

namespace efaxd::sandbox::test {

std::string member(const std::string& json, std::string_view name) {
    const auto document = json::Document::parse(json);
    const auto value = document.root()[name];
    return value.text() ? std::string{*value.text()} : value ? value.raw() : std::string{};
}

WireReply World::sign_in(const std::string& credentials) const {
    return ask(sandbox.efax_url(), "POST", "/tokens",
               {{"Authorization", "Basic " + credentials},
                {"Content-Type", "application/x-www-form-urlencoded;charset=UTF-8"}},
               "grant_type=client_credentials");
}

std::string World::token() {
    if (token_.empty())
        token_ = member(sign_in().body, "access_token");
    return token_;
}

WireReply World::efax(const std::string& method, const std::string& target, const std::string& body,
                      const Headers& more) {
    Headers headers{{"Authorization", "Bearer " + token()}, {"user-id", system_user}};
    headers.insert(headers.end(), more.begin(), more.end());
    return ask(sandbox.efax_url(), method, target, headers, body);
}

WireReply World::efax_as(const std::string& user_id, const std::string& target) {
    return ask(sandbox.efax_url(), "GET", target,
               {{"Authorization", "Bearer " + token()}, {"user-id", user_id}});
}

std::vector<std::string> World::ids(const WireReply& reply) {
    const auto document = json::Document::parse(reply.body);
    const auto faxes = document.root()["faxes"];
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < faxes.size(); ++i)
        ids.emplace_back(faxes.at(i)["fax_id"].text_or(""));
    return ids;
}

std::vector<std::string> World::listed(const std::string& query, const Headers& more) {
    const auto reply = efax("GET", "/faxes/received" + query, {}, more);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return ids(reply);
}

std::string World::document(const WireReply& reply) {
    return decode_base64(member(reply.body, "image")).value_or("no base64");
}

WireReply World::fhir(const std::string& method, const std::string& target, const std::string& body,
                      const Headers& more) const {
    Headers headers{{"Accept", "application/fhir+json"}};
    if (find(more, "Content-Type") == std::nullopt)
        headers.emplace_back("Content-Type", "application/fhir+json");
    headers.insert(headers.end(), more.begin(), more.end());
    return ask(sandbox.fhir_url(), method, target, headers, body);
}

WireReply World::post_binary(const std::string& bytes, const std::string& type) const {
    return fhir("POST", "/Binary", bytes, {{"Content-Type", type}});
}

std::string World::id_of(const WireReply& reply) { return member(reply.body, "id"); }

std::string World::communication(const std::string& fax_id, const std::string& binary_id) const {
    const auto fax = sandbox.efax().store().find(fax_id);
    const auto recipient = sandbox.efax().store().expected_recipient(fax->app, fax->user_id).value_or("");
    return R"({"resourceType":"Communication","status":"completed",)"
           R"("identifier":[{"system":"https://efax.com","value":")" +
           fax_id +
           R"("}],"category":[{"coding":[{"system":"http://medplum.com/fhir/CodeSystem/fax-direction",)"
           R"("code":"inbound"}]}],"medium":[{"coding":[{"system":)"
           R"("http://terminology.hl7.org/CodeSystem/v3-ParticipationMode","code":"FAXWRIT","display":"telefax"}]}],)"
           R"("recipient":[{"reference":")" +
           recipient + R"("}],"sent":")" + fhir_timestamp(fax->completed) +
           R"(","payload":[{"contentAttachment":{"contentType":"application/pdf","url":"Binary/)" +
           binary_id + R"("}}]})";
}

std::string World::deliver(const std::string& fax_id) {
    const auto fax = sandbox.efax().store().find(fax_id);
    const auto image = efax_as(fax->user_id, "/faxes/" + fax_id + "/image?desired_format=PDF");
    const auto binary = id_of(post_binary(document(image)));
    const auto created = fhir("POST", "/Communication", communication(fax_id, binary));
    EXPECT_EQ(created.status, 201) << created.body;
    return id_of(created);
}

WireReply World::control(const std::string& method, const std::string& target,
                         const std::string& body) const {
    return ask(sandbox.control_url(), method, target, {}, body);
}

void World::set_options(const std::string& json) const {
    const auto reply = control("POST", "/options", json);
    ASSERT_EQ(reply.status, 200) << reply.body;
}

void World::add_fault(const std::string& json) const {
    const auto reply = control("POST", "/faults", json);
    ASSERT_EQ(reply.status, 200) << reply.body;
}

} // namespace efaxd::sandbox::test
