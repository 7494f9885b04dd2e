#include "efaxd/core/timestamp.hpp"
#include "fhir/golden.hpp"
#include "fhir/keys.hpp"
#include "fhir/sign_in.hpp"
#include "fhir/site.hpp"

#include <set>
#include <thread>

namespace efaxd::fhir {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto search = "GET /fhir/Communication";
constexpr auto token = "POST /oauth2/token";

Answer a_token(const std::string& value, const std::string& expires_in = "3600") {
    return json_answer(200, R"({"access_token":")" + value + R"(","token_type":"Bearer","expires_in":)" +
                                expires_in + "}");
}

ClientCredentials credentials(const Site& site) {
    return {"client 1", [] { return "s&cret\n"; }, site.root() + "/oauth2/token",
            "system/*.read system/*.write"};
}

std::map<std::string, std::string> form_of(const std::string& body) {
    std::map<std::string, std::string> form;
    std::istringstream parts(body);
    for (std::string part; std::getline(parts, part, '&');)
        form[part.substr(0, part.find('='))] = part.substr(part.find('=') + 1);
    return form;
}

std::string authorization(const Site& site, std::size_t number) {
    return site.seen(number).header("authorization");
}

TEST(ServerAuth, basic_is_sent_with_every_call) {
    Site site;
    site.on(search, json_answer(200, bundle({})));
    site.server(BasicAuth{"user", [] { return "secret\n"; }})->find("f", false, {});
    EXPECT_EQ(authorization(site, 0), "Basic dXNlcjpzZWNyZXQ=");
}

TEST(ServerAuth, a_bearer_token_is_read_again_after_a_401) {
    Site site;
    site.on(search, json_answer(401)).on(search, json_answer(200, bundle({})));
    std::string stored = "old";
    int reads = 0;
    const auto server = site.server(BearerAuth{[&] { return ++reads == 1 ? "old" : "new"; }});
    server->find("f", false, {});
    EXPECT_EQ(authorization(site, 0), "Bearer old");
    EXPECT_EQ(authorization(site, 1), "Bearer new");
}

TEST(ServerAuth, what_was_refused_is_not_simply_sent_again) {
    Site site;
    site.on(search, json_answer(401, outcome("login")));
    const auto server = site.server(BearerAuth{[] { return "old"; }});
    const auto fault = fault_of([&] { server->find("f", false, {}); });
    EXPECT_EQ(fault.reason, "fhir.unauthorized");
    EXPECT_EQ(fault.kind, Fault::Kind::passing);
    EXPECT_EQ(site.diary().size(), 1u);
    EXPECT_EQ(fault_of([&] { server->find("f", false, {}); }).reason, "fhir.unauthorized");
    EXPECT_EQ(site.diary().size(), 1u); // resting
    site.clock.advance(minutes{1});
    fault_of([&] { server->find("f", false, {}); });
    EXPECT_EQ(site.diary().size(), 2u);
}

TEST(ServerAuth, a_secret_that_cannot_be_read_is_a_passing_fault) {
    Site site;
    const Auth ways[] = {BearerAuth{[]() -> std::string { throw std::runtime_error("/etc/secret"); }},
                         BearerAuth{[] { return "\n"; }}, BearerAuth{[] { return "a\r\nX-Evil: 1"; }},
                         BasicAuth{"user", [] { return ""; }}};
    for (const auto& auth : ways) {
        const auto fault = fault_of([&] { site.server(auth)->find("f", false, {}); });
        EXPECT_EQ(fault.reason, "fhir.secret_unreadable");
        EXPECT_EQ(fault.kind, Fault::Kind::passing);
        EXPECT_EQ(fault.detail.find("/etc"), std::string::npos);
    }
    EXPECT_TRUE(site.diary().empty());
}

TEST(ServerAuth, client_credentials_go_in_the_form) {
    Site site;
    site.on(token, a_token("t1")).on(search, json_answer(200, bundle({})));
    const auto server = site.server(credentials(site));
    EXPECT_FALSE(server->state().signed_in);
    server->find("f", false, {});
    server->find("f", false, {});
    const auto seen = site.seen(0);
    EXPECT_EQ(seen.header("content-type"), "application/x-www-form-urlencoded");
    EXPECT_EQ(seen.header("authorization"), "");
    EXPECT_EQ(seen.body, "grant_type=client_credentials&scope=system%2F%2A.read%20system%2F%2A.write"
                         "&client_id=client%201&client_secret=s%26cret");
    EXPECT_EQ(authorization(site, 1), "Bearer t1");
    EXPECT_EQ(site.count(token), 1u);
    EXPECT_TRUE(server->state().signed_in);
    EXPECT_EQ(server->state().tokens_asked, 1);
}

TEST(ServerAuth, client_credentials_go_as_basic_where_the_server_wants_that) {
    const Answer refusals[] = {json_answer(401), json_answer(400, R"({"error":"invalid_client"})")};
    for (const auto& refusal : refusals) {
        Site site;
        site.on(token, refusal).on(token, a_token("t1")).on(token, a_token("t2"));
        site.on(search, json_answer(200, bundle({})));
        const auto server = site.server(credentials(site));
        server->find("f", false, {});
        EXPECT_EQ(authorization(site, 1), "Basic Y2xpZW50JTIwMTpzJTI2Y3JldA=="); // client%201:s%26cret
        EXPECT_EQ(site.seen(1).body,
                  "grant_type=client_credentials&scope=system%2F%2A.read%20system%2F%2A.write");
        site.clock.advance(minutes{59});
        server->find("f", false, {});
        EXPECT_EQ(site.count(token), 3u); // remembered
        EXPECT_EQ(authorization(site, 3), "Basic Y2xpZW50JTIwMTpzJTI2Y3JldA==");
    }
}

TEST(ServerAuth, a_token_is_renewed_before_it_ends) {
    Site site;
    site.on(token, a_token("t1")).on(token, a_token("t2")).on(search, json_answer(200, bundle({})));
    const auto server = site.server(credentials(site));
    server->find("f", false, {});
    site.clock.advance(minutes{53});
    server->find("f", false, {});
    EXPECT_EQ(site.count(token), 1u);
    site.clock.advance(minutes{2}); // less than a tenth is left
    server->find("f", false, {});
    EXPECT_EQ(site.count(token), 2u);
    EXPECT_EQ(authorization(site, 4), "Bearer t2");
}

TEST(ServerAuth, a_refused_token_is_replaced_once) {
    Site site;
    site.on(token, a_token("t1")).on(token, a_token("t2"));
    site.on(search, json_answer(401)).on(search, json_answer(200, bundle({})));
    site.server(credentials(site))->find("f", false, {});
    EXPECT_EQ(authorization(site, 3), "Bearer t2");
    EXPECT_EQ(site.diary().size(), 4u);
}

TEST(ServerAuth, two_refused_tokens_are_enough) {
    Site site;
    site.on(token, a_token("t1")).on(token, a_token("t2")).on(token, a_token("t3"));
    site.on(search, json_answer(401));
    const auto server = site.server(credentials(site));
    EXPECT_EQ(fault_of([&] { server->find("f", false, {}); }).reason, "fhir.unauthorized");
    EXPECT_EQ(fault_of([&] { server->find("f", false, {}); }).reason, "fhir.unauthorized");
    EXPECT_EQ(site.count(token), 2u);
    EXPECT_EQ(site.count(search), 2u);
}

TEST(ServerAuth, a_refused_sign_in_is_not_hammered) {
    const Answer refusals[] = {json_answer(400, R"({"error":"invalid_request","error_description":"John"})"),
                               json_answer(403), json_answer(404, "<html>"),
                               json_answer(400, "Missing grant_type")};
    for (const auto& refusal : refusals) {
        Site site;
        site.on(token, refusal);
        const auto server = site.server(credentials(site));
        const auto fault = fault_of([&] { server->sign_in({}); });
        EXPECT_EQ(fault.reason, "fhir.sign_in_refused");
        EXPECT_EQ(fault.kind, Fault::Kind::passing);
        EXPECT_GE(fault.retry_after, seconds{30});
        EXPECT_EQ(fault.detail.find("John"), std::string::npos);
        site.clock.advance(seconds{29});
        EXPECT_EQ(fault_of([&] { server->find("f", false, {}); }).reason, "fhir.sign_in_refused");
        EXPECT_EQ(site.diary().size(), 1u);
        site.clock.advance(seconds{2});
        fault_of([&] { server->sign_in({}); });
        EXPECT_EQ(site.diary().size(), 2u);
    }
}

TEST(ServerAuth, a_token_endpoint_that_fails_is_a_passing_fault) {
    Answer hang_up;
    hang_up.hang_up = true;
    const std::pair<Answer, const char*> rows[] = {
        {json_answer(503), "fhir.unavailable"},
        {json_answer(429, "", {{"Retry-After", "40"}}), "fhir.paused"},
        {json_answer(200, "<html>"), "fhir.bad_reply"},
        {json_answer(302, "", {{"Location", "https://evil.example.org/"}}), "fhir.bad_reply"},
        {hang_up, "fhir.broken"}};
    for (const auto& [answer, reason] : rows) {
        Site site;
        site.on(token, answer);
        const auto fault = fault_of([&] { site.server(credentials(site))->sign_in({}); });
        EXPECT_EQ(fault.reason, reason);
        EXPECT_EQ(fault.kind, Fault::Kind::passing);
    }
}

TEST(ServerAuth, a_token_endpoint_that_fails_in_any_way_is_not_hammered) {
    Answer hang_up;
    hang_up.hang_up = true;
    for (const auto& answer : {json_answer(503), json_answer(200, "<html>"), json_answer(302), hang_up}) {
        Site site;
        site.on(token, answer).on(token, answer).on(token, answer).on(token, a_token("t1"));
        const auto server = site.server(credentials(site));
        Duration last{};
        for (std::size_t failures = 1; failures <= 3; ++failures) {
            const auto fault = fault_of([&] { server->sign_in({}); });
            const auto rest = fault.retry_after.value_or(Duration{});
            EXPECT_GE(rest, seconds{5});
            EXPECT_GE(rest, last); // it grows
            last = rest;
            site.clock.advance(rest - seconds{1});
            const auto same = fault_of([&] { server->find("f", false, {}); });
            EXPECT_EQ(same.reason, fault.reason);
            EXPECT_EQ(same.detail, fault.detail);
            EXPECT_EQ(same.retry_after, seconds{1});
            EXPECT_EQ(site.diary().size(), failures);
            site.clock.advance(seconds{1});
        }
        EXPECT_GE(last, minutes{1});
        EXPECT_NO_THROW(server->sign_in({}));
    }
}

TEST(ServerAuth, a_server_without_a_token_url_is_not_hammered) {
    Site site;
    auto method = credentials(site);
    method.token_url = "";
    const auto server = site.server(method);
    const auto rest =
        fault_of([&] { server->exists("Organization/1", {}); }).retry_after.value_or(Duration{});
    EXPECT_GE(rest, seconds{5});
    const auto asked = site.diary().size();
    EXPECT_EQ(fault_of([&] { server->exists("Organization/1", {}); }).reason, "fhir.no_token_url");
    EXPECT_EQ(site.diary().size(), asked);
    site.clock.advance(rest);
    fault_of([&] { server->exists("Organization/1", {}); });
    EXPECT_EQ(site.diary().size(), 2 * asked);
}

TEST(ServerAuth, a_sign_in_that_a_person_asks_for_is_tried_within_the_rest_as_well) {
    Site site;
    auto method = credentials(site);
    method.token_url = "";
    const auto server = site.server(method);
    fault_of([&] { server->exists("Organization/1", {}); });
    const auto asked = site.diary().size();
    fault_of([&] { server->sign_in({}); });
    EXPECT_EQ(site.diary().size(), 2 * asked);
}

TEST(ServerAuth, a_token_endpoint_is_left_alone_as_long_as_it_asks) {
    Site site;
    site.on(token, json_answer(503, "", {{"Retry-After", "600"}}));
    EXPECT_EQ(fault_of([&] { site.server(credentials(site))->sign_in({}); }).retry_after, minutes{10});
}

TEST(ServerAuth, a_success_ends_the_row_of_failures) {
    Site site;
    const auto fails = json_answer(503);
    site.on(token, fails).on(token, fails).on(token, fails).on(token, a_token("t1")).on(token, fails);
    const auto server = site.server(credentials(site));
    for (int i = 0; i < 3; ++i)
        site.clock.advance(*fault_of([&] { server->sign_in({}); }).retry_after);
    server->sign_in({});
    site.clock.advance(minutes{60});
    EXPECT_LE(fault_of([&] { server->sign_in({}); }).retry_after, seconds{30});
}

TEST(ServerAuth, the_token_url_is_discovered_from_the_smart_configuration) {
    Site site;
    Site elsewhere; // SMART lets it lie on another host
    auto method = credentials(site);
    method.token_url = "";
    elsewhere.on(token, a_token("t1"));
    site.on("GET /fhir/.well-known/smart-configuration",
            json_answer(200, R"({"token_endpoint":")" + elsewhere.root() + R"(/oauth2/token"})"));
    site.on(search, json_answer(200, bundle({})));
    site.server(method)->find("f", false, {});
    EXPECT_EQ(elsewhere.count(token), 1u);
    EXPECT_EQ(site.seen(0).header("authorization"), "");
    EXPECT_EQ(authorization(site, 1), "Bearer t1");
}

TEST(ServerAuth, the_token_url_is_discovered_from_the_capability_statement_where_the_smart_one_is_unusable) {
    const Answer smart[] = {json_answer(404), json_answer(200, "{}"),
                            json_answer(200, R"({"token_endpoint":"http://keycloak:8080/token"})"),
                            json_answer(200, R"({"token_endpoint":"/oauth2/token"})")};
    for (const auto& answer : smart) {
        Site site;
        auto method = credentials(site);
        method.token_url = "";
        site.on("GET /fhir/.well-known/smart-configuration", answer);
        site.on("GET /fhir/metadata",
                json_answer(200, R"({"resourceType":"CapabilityStatement","rest":[{"security":{"extension":[
                {"url":"http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris","extension":[
                {"url":"token","valueUri":")" +
                                     site.root() + R"(/oauth2/token"}]}]}}]})"));
        site.on(token, a_token("t1"));
        const auto server = site.server(method);
        server->sign_in({});
        EXPECT_TRUE(server->state().signed_in);
    }
}

TEST(ServerAuth, no_secret_goes_to_a_discovered_url_in_the_clear) {
    for (const std::string url :
         {"http://fhir.example.org/token", "", "ftp://x/", "https://user:pw@example.org/"}) {
        Site site;
        auto method = credentials(site);
        method.token_url = "";
        site.on("GET /fhir/.well-known/smart-configuration",
                json_answer(200, R"({"token_endpoint":")" + url + "\"}"));
        EXPECT_EQ(fault_of([&] { site.server(method)->sign_in({}); }).reason, "fhir.no_token_url") << url;
    }
}

TEST(ServerAuth, the_ca_file_vouches_for_no_token_url_elsewhere) {
    http::RemoteOptions fhir;
    fhir.base_url = "https://fhir.example.org/fhir/R4";
    fhir.ca_file = "/etc/efaxd/ca.pem";
    EXPECT_EQ(ca_file_for("https://FHIR.example.org:443/oauth2/token", fhir), "/etc/efaxd/ca.pem");
    for (const auto* url : {"https://login.example.org/token", "https://fhir.example.org:8443/token",
                            "http://fhir.example.org/token", "nonsense"})
        EXPECT_EQ(ca_file_for(url, fhir), "") << url;
}

TEST(ServerAuth, a_private_key_signs_a_fresh_assertion_each_time) {
    const auto key = TestKey::p384();
    Site site;
    site.on(token, a_token("t1", "300")).on(token, a_token("t2", "300"));
    site.on(search, json_answer(200, bundle({})));
    const auto url = site.root() + "/oauth2/token";
    const auto server =
        site.server(PrivateKeyJwt{"client-1", [&] { return key.pem(); }, "key-1", url, "system/*.cruds"});
    server->find("f", false, {});
    site.clock.advance(minutes{5});
    server->find("f", false, {});

    std::set<std::string> jtis;
    for (const std::size_t number : {0u, 2u}) {
        auto form = form_of(site.seen(number).body);
        EXPECT_EQ(form["grant_type"], "client_credentials");
        EXPECT_EQ(form["scope"], "system%2F%2A.cruds");
        EXPECT_EQ(form["client_assertion_type"],
                  "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer");
        const auto jwt = read_jwt(form["client_assertion"]);
        EXPECT_TRUE(key.signed_this(jwt.message, jwt.signature));
        const auto claims = json::Document::parse(jwt.claims);
        EXPECT_EQ(claims.root()["aud"].text_or(""), url);
        EXPECT_EQ(claims.root()["iss"].text_or(""), "client-1");
        EXPECT_EQ(*claims.root()["exp"].integer() - *claims.root()["iat"].integer(), 240);
        EXPECT_FALSE(claims.root()["nbf"]);
        jtis.insert(std::string(claims.root()["jti"].text_or("")));
        EXPECT_EQ(form.count("client_secret"), 0u);
    }
    EXPECT_EQ(jtis.size(), 2u);
}

TEST(ServerAuth, an_unusable_key_is_a_passing_fault) {
    Site site;
    const PrivateKeyJwt method{"c", [] { return "no key"; }, "", site.root() + "/oauth2/token", ""};
    EXPECT_EQ(fault_of([&] { site.server(method)->sign_in({}); }).reason, "fhir.key_unusable");
    EXPECT_TRUE(site.diary().empty());
}

TEST(ServerAuth, many_callers_share_one_sign_in) {
    Site site;
    site.on(token, a_token("t1")).on(search, json_answer(200, bundle({})));
    const auto server = site.server(credentials(site));
    {
        std::vector<std::jthread> callers;
        for (int i = 0; i < 6; ++i)
            callers.emplace_back([&] { server->find("f", false, {}); });
    }
    EXPECT_EQ(site.count(token), 1u);
    EXPECT_EQ(site.count(search), 6u);
}

} // namespace
} // namespace efaxd::fhir
