#include "sandbox/world.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/base64.hpp"

#include <atomic>
#include <set>
#include <thread>

namespace efaxd::sandbox::test {
namespace {

class Fhir : public World {
  protected:
    std::size_t found(const std::string& search) const {
        const auto reply = fhir("GET", search);
        EXPECT_EQ(reply.status, 200) << search << reply.body;
        return static_cast<std::size_t>(
            json::Document::parse(reply.body).root()["total"].integer().value_or(0));
    }
    std::string origin() const { return sandbox.fhir_url().substr(0, sandbox.fhir_url().size() - 8); }
    WireReply ask_token(const std::string& form, const Headers& more = {}) const {
        Headers headers{{"Content-Type", "application/x-www-form-urlencoded"}};
        headers.insert(headers.end(), more.begin(), more.end());
        return ask(origin(), "POST", "/oauth2/token", headers, form);
    }
    std::string draft(const std::string& fax_id) const {
        return R"({"resourceType":"Communication","status":"completed","identifier":[{"system":"https://efax.com",)"
               R"("value":")" +
               fax_id +
               R"("}],"category":[{"coding":[{"system":"http://medplum.com/fhir/CodeSystem/fax-direction",)"
               R"("code":"inbound"}]}]})";
    }
};

TEST_F(Fhir, creates_and_reads) {
    const auto created = fhir("POST", "/Communication", draft("fax-00001"));
    EXPECT_EQ(created.status, 201);
    EXPECT_EQ(created.header("etag"), "W/\"1\"");
    EXPECT_EQ(created.header("content-type"), "application/fhir+json");
    EXPECT_EQ(created.header("location"), sandbox.fhir_url() + "/Communication/" + id_of(created));
    EXPECT_NE(created.header("last-modified"), "");
    const auto read = fhir("GET", "/Communication/" + id_of(created));
    EXPECT_EQ(read.status, 200);
    EXPECT_EQ(read.body, created.body);
    EXPECT_EQ(json::Document::parse(read.body).root()["meta"]["versionId"].text_or(""), "1");
}

TEST_F(Fhir, locations_carry_the_version_in_hapi_style) {
    set_options(R"({"fhir":{"server":"hapi"}})");
    const auto created = fhir("POST", "/Communication", draft("fax-00001"));
    EXPECT_TRUE(created.header("location").ends_with("/_history/1"));
    const auto minimal = fhir("POST", "/Communication", draft("fax-00001"), {{"Prefer", "return=minimal"}});
    EXPECT_EQ(minimal.status, 201);
    EXPECT_EQ(minimal.body, "");
}

TEST_F(Fhir, updates_with_and_without_if_match) {
    const auto id = id_of(fhir("POST", "/Patient", R"({"resourceType":"Patient","active":true})"));
    const std::string changed = R"({"resourceType":"Patient","id":")" + id + R"(","active":false})";
    EXPECT_EQ(fhir("PUT", "/Patient/" + id, changed, {{"If-Match", "W/\"1\""}}).status, 200);
    EXPECT_EQ(fhir("PUT", "/Patient/" + id, changed, {{"If-Match", "W/\"1\""}}).status, 412);
    EXPECT_EQ(fhir("PUT", "/Patient/" + id, changed).header("etag"), "W/\"3\"");
    EXPECT_EQ(fhir("PUT", "/Patient/other", changed).status, 400);
    EXPECT_EQ(fhir("GET", "/Patient/" + id).header("etag"), "W/\"3\"");
}

TEST_F(Fhir, puts_to_a_new_id_by_switch_and_announces_it) {
    const auto patient = [](const std::string& id) {
        return R"({"resourceType":"Patient","id":")" + id + R"("})";
    };
    const auto announced = [&] {
        const auto reply = fhir("GET", "/metadata");
        return reply.body.find(R"("updateCreate":true)") != std::string::npos;
    };
    EXPECT_EQ(fhir("PUT", "/Patient/a", patient("a")).status, 201);
    EXPECT_EQ(fhir("PUT", "/Binary/pdf-1", "%PDF-", {{"Content-Type", "application/pdf"}}).status, 201);
    EXPECT_TRUE(announced());
    set_options(R"({"fhir":{"update_create":"404"}})");
    EXPECT_EQ(fhir("PUT", "/Patient/b", patient("b")).status, 404);
    EXPECT_EQ(fhir("PUT", "/Binary/pdf-2", "%PDF-", {{"Content-Type", "application/pdf"}}).status, 404);
    EXPECT_FALSE(announced());
    set_options(R"({"fhir":{"update_create":"405"}})");
    EXPECT_EQ(fhir("PUT", "/Patient/b", patient("b")).status, 405);
    set_options(R"({"fhir":{"update_create":"allow","server":"hapi"}})");
    EXPECT_EQ(fhir("PUT", "/Patient/17", patient("17")).status, 400) << "HAPI-0960";
}

TEST_F(Fhir, deletes_and_remembers) {
    const auto id = id_of(fhir("POST", "/Patient", R"({"resourceType":"Patient","active":true})"));
    EXPECT_EQ(fhir("DELETE", "/Patient/" + id).status, 200);
    EXPECT_EQ(fhir("GET", "/Patient/" + id).status, 410);
    EXPECT_EQ(fhir("DELETE", "/Patient/" + id).status, 410);
    EXPECT_EQ(fhir("DELETE", "/Patient/none").status, 404);
    EXPECT_EQ(found("/Patient"), 0u);
}

TEST_F(Fhir, answers_unknown_things_as_medplum_does) {
    const auto reply = fhir("POST", "/Communication/$receive-efax", "{}");
    EXPECT_EQ(reply.status, 404);
    EXPECT_EQ(id_of(reply), "not-found");
    EXPECT_EQ(fhir("GET", "/Patient/none").status, 404);
    EXPECT_EQ(fhir("PATCH", "/Patient", "[]").status, 405);
    EXPECT_EQ(fhir("POST", "/Patient", "no json").status, 400);
    EXPECT_EQ(fhir("POST", "/Patient", R"({"resourceType":"Practitioner"})").status, 400);
    EXPECT_EQ(fhir("POST", "/Patient", "<a/>", {{"Content-Type", "application/fhir+xml"}}).status, 415);
}

TEST_F(Fhir, words_errors_in_two_styles) {
    const std::string bad = R"({"resourceType":"Communication","category":[]})";
    const auto medplum = fhir("POST", "/Communication", bad);
    EXPECT_EQ(medplum.status, 400);
    EXPECT_NE(medplum.body.find("\"details\""), std::string::npos);
    set_options(R"({"fhir":{"server":"hapi"}})");
    EXPECT_NE(fhir("POST", "/Communication", bad).body.find("\"diagnostics\":\"HAPI-"), std::string::npos);
    EXPECT_EQ(
        fhir("POST", "/Communication", R"({"resourceType":"Communication","status":"received"})").status,
        422);
}

TEST_F(Fhir, searches_by_identifier_in_all_forms) {
    EXPECT_EQ(found("/Practitioner?identifier=https://efax.com%7C"), 1u);
    EXPECT_EQ(found("/Organization?identifier=https%3A%2F%2Fefax.com%7C10000001-20000002"), 1u);
    EXPECT_EQ(found("/Organization?identifier=10000001-20000002"), 1u);
    EXPECT_EQ(found("/Organization?identifier=%7C10000001-20000002"), 0u);
    EXPECT_EQ(found("/Organization?identifier=x%7C1,https://efax.com%7C10000001-20000002"), 1u);
    EXPECT_EQ(found("/Organization?identifier=https://efax.com%7Cnone"), 0u);
    EXPECT_EQ(found("/Organization"), 2u);
    EXPECT_EQ(found("/Organization?_id=front-desk"), 1u);
    EXPECT_EQ(found("/Organization?name=north"), 1u);
    EXPECT_EQ(found("/Practitioner?telecom=%2B13035550123"), 1u);
}

TEST_F(Fhir, finds_escaped_separators) {
    const auto created = fhir("POST", "/Communication", draft("a|b,c"));
    EXPECT_EQ(created.status, 201);
    EXPECT_EQ(found("/Communication?identifier=https://efax.com%7Ca%5C%7Cb%5C%2Cc"), 1u);
}

TEST_F(Fhir, searches_by_category_status_and_dates) {
    const auto id = id_of(fhir("POST", "/Communication", draft("fax-00001")));
    EXPECT_EQ(found("/Communication?category=http://medplum.com/fhir/CodeSystem/fax-direction%7Cinbound"),
              1u);
    EXPECT_EQ(found("/Communication?category=inbound"), 1u);
    EXPECT_EQ(found("/Communication?category=outbound"), 0u);
    EXPECT_EQ(found("/Communication?status=completed,stopped"), 1u);
    EXPECT_EQ(found("/Communication?status:not=completed"), 0u);
    EXPECT_EQ(found("/Communication?_lastUpdated=ge2020-01-01"), 1u);
    EXPECT_EQ(found("/Communication?_lastUpdated=lt2020-01-01T00:00:00Z"), 0u);
    EXPECT_EQ(found("/Communication?identifier=https://efax.com%7Cfax-00001&category=inbound&_elements=id"),
              1u);
}

TEST_F(Fhir, refuses_unknown_search_parameters_unless_told) {
    EXPECT_EQ(fhir("GET", "/Communication?colour=red").status, 400);
    EXPECT_EQ(fhir("GET", "/Organization?telecom=1").status, 400);
    set_options(R"({"fhir":{"unknown_parameters":true}})");
    EXPECT_EQ(fhir("GET", "/Communication?colour=red").status, 200);
}

TEST_F(Fhir, pages_with_next_links_of_the_same_origin) {
    for (int i = 0; i < 45; ++i)
        fhir("POST", "/Communication", draft("fax-" + std::to_string(10'000 + i)));
    std::set<std::string> ids;
    std::string url = sandbox.fhir_url() + "/Communication?identifier=https://efax.com%7C&_count=20";
    int pages = 0;
    while (!url.empty() && pages < 10) {
        ASSERT_TRUE(url.starts_with(origin()));
        const auto reply = ask(origin(), "GET", url.substr(origin().size()), {{"Host", "ignored"}});
        ++pages;
        const auto document = json::Document::parse(reply.body);
        for (std::size_t i = 0; i < document.root()["entry"].size(); ++i)
            ids.emplace(document.root()["entry"].at(i)["resource"]["id"].text_or(""));
        url.clear();
        for (std::size_t i = 0; i < document.root()["link"].size(); ++i)
            if (document.root()["link"].at(i)["relation"].text_or("") == "next")
                url = document.root()["link"].at(i)["url"].text_or("");
    }
    EXPECT_EQ(pages, 3);
    EXPECT_EQ(ids.size(), 45u);
    const auto counted = fhir("GET", "/Communication?_summary=count");
    EXPECT_EQ(counted.body.find("entry"), std::string::npos);
    EXPECT_EQ(member(counted.body, "total"), "45");
}

TEST_F(Fhir, sorts_when_asked) {
    const auto put = [&](const std::string& sent) {
        return id_of(fhir("POST", "/Communication",
                          R"({"resourceType":"Communication","status":"completed","sent":")" + sent + "\"}"));
    };
    const auto middle = put("2026-02-01T00:00:00Z");
    const auto newest = put("2026-03-01T00:00:00Z");
    put("2026-01-01T00:00:00Z");
    const auto reply = fhir("GET", "/Communication?_sort=-sent&_count=2");
    const auto document = json::Document::parse(reply.body);
    EXPECT_EQ(document.root()["entry"].at(0)["resource"]["id"].text_or(""), newest);
    EXPECT_EQ(document.root()["entry"].at(1)["resource"]["id"].text_or(""), middle);
}

TEST_F(Fhir, creates_on_condition) {
    const Headers condition{{"If-None-Exist", "identifier=https://efax.com|fax-00001"}};
    const auto first = fhir("POST", "/Communication", draft("fax-00001"), condition);
    EXPECT_EQ(first.status, 201);
    const auto second = fhir("POST", "/Communication", draft("fax-00001"), condition);
    EXPECT_EQ(second.status, 200);
    EXPECT_EQ(id_of(second), id_of(first));
    EXPECT_EQ(second.header("location"), first.header("location"));
    fhir("POST", "/Communication", draft("fax-00001"));
    const auto third = fhir("POST", "/Communication", draft("fax-00001"), condition);
    EXPECT_EQ(third.status, 412);
    EXPECT_EQ(id_of(third), "multiple-matches");
    EXPECT_EQ(sandbox.fhir().store().size("Communication"), 2u);
    const auto narrower =
        fhir("POST", "/Communication", draft("fax-00002"),
             {{"If-None-Exist", "identifier=https%3A%2F%2Fefax.com%7Cfax-00001&category=outbound"}});
    EXPECT_EQ(narrower.status, 201);
}

TEST_F(Fhir, refuses_bad_conditions) {
    const auto post = [&](const std::string& condition) {
        return fhir("POST", "/Communication", draft("fax-00001"), {{"If-None-Exist", condition}}).status;
    };
    EXPECT_EQ(post("Communication?identifier=https://efax.com|fax-00001"), 400);
    EXPECT_EQ(post("identifer=https://efax.com|fax-00001"), 400);
    EXPECT_EQ(post("_count=1"), 400);
    set_options(R"({"fhir":{"server":"hapi"}})");
    EXPECT_EQ(post("identifier=https://efax.com|other"), 400) << "HAPI-0929";
    EXPECT_EQ(post("Communication?identifier=https://efax.com|fax-00001"), 201);
}

TEST_F(Fhir, can_ignore_conditions) {
    set_options(R"({"fhir":{"conditional_create":false}})");
    const Headers condition{{"If-None-Exist", "identifier=https://efax.com|fax-00001"}};
    EXPECT_EQ(fhir("POST", "/Communication", draft("fax-00001"), condition).status, 201);
    EXPECT_EQ(fhir("POST", "/Communication", draft("fax-00001"), condition).status, 201);
    EXPECT_NE(fhir("GET", "/metadata").body.find(R"("conditionalCreate":false)"), std::string::npos);
}

TEST_F(Fhir, conditional_creates_race_to_one_winner) {
    std::atomic<int> created{0};
    std::vector<std::jthread> clients;
    for (int i = 0; i < 8; ++i)
        clients.emplace_back([&] {
            const auto reply = fhir("POST", "/Communication", draft("fax-00001"),
                                    {{"If-None-Exist", "identifier=https://efax.com|fax-00001"}});
            created += reply.status == 201 ? 1 : 0;
        });
    clients.clear();
    EXPECT_EQ(created, 1);
}

TEST_F(Fhir, search_can_lag_behind) {
    set_options(R"({"fhir":{"search_delay_ms":3600000}})");
    fhir("POST", "/Communication", draft("fax-00001"));
    EXPECT_EQ(found("/Communication"), 0u);
    sandbox.clock().advance(std::chrono::hours{2});
    EXPECT_EQ(found("/Communication"), 1u);
}

TEST_F(Fhir, keeps_raw_binaries) {
    const std::string bytes = "%PDF-1.4\0binary%%EOF";
    const auto created = post_binary(bytes);
    EXPECT_EQ(created.status, 201);
    EXPECT_EQ(member(created.body, "resourceType"), "Binary");
    const auto path = "/Binary/" + id_of(created);
    EXPECT_EQ(sandbox.fhir().store().read("Binary", id_of(created))->content->sha256,
              crypto::sha256_hex(bytes));
    const auto raw = ask(sandbox.fhir_url(), "GET", path, {{"Accept", "application/pdf"}});
    EXPECT_EQ(raw.body, bytes);
    EXPECT_EQ(raw.header("content-type"), "application/pdf");
    const auto resource = fhir("GET", path);
    EXPECT_EQ(member(resource.body, "contentType"), "application/pdf");
    EXPECT_EQ(member(resource.body, "data"), "");
    set_options(R"({"fhir":{"server":"hapi"}})");
    EXPECT_EQ(member(fhir("GET", path).body, "data"), base64(bytes));
    EXPECT_EQ(post_binary("").status, 400);
}

TEST_F(Fhir, keeps_only_the_digest_of_large_binaries) {
    set_options(R"({"fhir":{"keep_bytes":100}})");
    const std::string bytes(5'000'000, 'b');
    const auto id = id_of(post_binary(bytes));
    const auto stored = sandbox.fhir().store().read("Binary", id);
    EXPECT_EQ(stored->content->size, bytes.size());
    EXPECT_EQ(stored->content->sha256, crypto::sha256_hex(bytes));
    EXPECT_EQ(ask(sandbox.fhir_url(), "GET", "/Binary/" + id).status, 501);
}

TEST_F(Fhir, keeps_binaries_that_come_as_json) {
    const auto json = [](const std::string& data) {
        return R"({"resourceType":"Binary","contentType":"application/pdf","data":")" + data + "\"}";
    };
    const auto created = fhir("POST", "/Binary", json(base64("%PDF-x")));
    EXPECT_EQ(created.status, 201);
    EXPECT_EQ(ask(sandbox.fhir_url(), "GET", "/Binary/" + id_of(created)).body, "%PDF-x");
    EXPECT_EQ(fhir("POST", "/Binary", json("***")).status, 400);
    EXPECT_EQ(fhir("POST", "/Binary", R"({"resourceType":"Binary","data":"AAAA"})").status, 400);
    set_options(R"({"fhir":{"json_binary_limit":3}})");
    EXPECT_EQ(fhir("POST", "/Binary", json(base64("%PDF-x"))).status, 400);
    set_options(R"({"fhir":{"json_binary_limit":0,"json_binary":false}})");
    EXPECT_EQ(fhir("POST", "/Binary", json(base64("%PDF-x"))).status, 400);
}

TEST_F(Fhir, can_refuse_raw_binaries) {
    set_options(R"({"fhir":{"raw_binary":false}})");
    EXPECT_EQ(post_binary("%PDF-").status, 415);
}

TEST_F(Fhir, can_mind_dangling_references) {
    const std::string with_recipient = R"({"resourceType":"Communication","status":"completed",)"
                                       R"("recipient":[{"reference":"Organization/nobody"}]})";
    EXPECT_EQ(fhir("POST", "/Communication", with_recipient).status, 201);
    set_options(R"({"fhir":{"referential_integrity":true}})");
    EXPECT_EQ(fhir("POST", "/Communication", with_recipient).status, 400);
    EXPECT_EQ(fhir("POST", "/Communication", draft("fax-00001")).status, 201);
}

TEST_F(Fhir, wants_basic_or_bearer_when_told) {
    EXPECT_EQ(fhir("GET", "/Patient").status, 200);
    set_options(R"({"fhir":{"auth":"basic","client_id":"me","client_secret":"s:1"}})");
    EXPECT_EQ(fhir("GET", "/Patient").status, 401);
    EXPECT_EQ(fhir("GET", "/Patient", "", {{"Authorization", "Basic " + base64("me:s:1")}}).status, 200);
    set_options(R"({"fhir":{"auth":"bearer","bearer":"abc"}})");
    EXPECT_EQ(fhir("GET", "/Patient", "", {{"Authorization", "Bearer abc"}}).status, 200);
    EXPECT_EQ(fhir("GET", "/Patient", "", {{"Authorization", "Bearer abd"}}).status, 401);
    EXPECT_EQ(fhir("GET", "/metadata").status, 200) << "metadata is open";
}

TEST_F(Fhir, gives_tokens_for_client_credentials) {
    set_options(R"({"fhir":{"auth":"client_credentials","token_seconds":60}})");
    const auto smart = fhir("GET", "/.well-known/smart-configuration");
    EXPECT_EQ(member(smart.body, "token_endpoint"), origin() + "/oauth2/token");
    const auto reply =
        ask_token("grant_type=client_credentials&client_id=sim-client&client_secret=sim-secret");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(member(reply.body, "expires_in"), "60");
    const Headers bearer{{"Authorization", "Bearer " + member(reply.body, "access_token")}};
    EXPECT_EQ(fhir("GET", "/Patient", "", bearer).status, 200);
    sandbox.clock().advance(std::chrono::seconds{61});
    EXPECT_EQ(fhir("GET", "/Patient", "", bearer).status, 401);
    const auto basic = ask_token("grant_type=client_credentials",
                                 {{"Authorization", "Basic " + base64("sim-client:sim-secret")}});
    const Headers second{{"Authorization", "Bearer " + member(basic.body, "access_token")}};
    EXPECT_EQ(fhir("GET", "/Patient", "", second).status, 200);
    sandbox.fhir().auth().revoke_all();
    EXPECT_EQ(fhir("GET", "/Patient", "", second).status, 401);
    EXPECT_EQ(sandbox.fhir().auth().tokens_issued(), 2);
}

TEST_F(Fhir, refuses_bad_token_requests_as_medplum_does) {
    set_options(R"({"fhir":{"auth":"client_credentials"}})");
    EXPECT_EQ(ask_token("grant_type=client_credentials&client_id=sim-client&client_secret=x").status, 400);
    EXPECT_EQ(ask_token("grant_type=password").status, 400);
    const auto json = ask(origin(), "POST", "/oauth2/token", {{"Content-Type", "application/json"}}, "{}");
    EXPECT_EQ(json.status, 400);
    EXPECT_EQ(json.header("content-type"), "text/plain");
    EXPECT_EQ(ask(origin(), "GET", "/oauth2/token").status, 405);
}

class Assertion : public Fhir {
  protected:
    Assertion() { set_options(R"({"fhir":{"auth":"private_key_jwt","client_id":"me"}})"); }

    Instant now_of_sandbox() const { return sandbox.clock().now(); }
    long now() const {
        return static_cast<long>(
            std::chrono::duration_cast<std::chrono::seconds>(now_of_sandbox().time_since_epoch()).count());
    }
    std::string claims(const std::string& jti, long ahead = 240, const std::string& who = "me",
                       const std::string& audience = {}) const {
        return R"({"iss":")" + who + R"(","sub":")" + who + R"(","aud":")" +
               (audience.empty() ? origin() + "/oauth2/token" : audience) + R"(","exp":)" +
               std::to_string(now() + ahead) + R"(,"jti":")" + jti + "\"}";
    }
    int post(const std::string& body, const std::string& algorithm = "ES384",
             std::size_t signature = 96) const {
        const std::string jwt = base64url(R"({"alg":")" + algorithm + R"(","typ":"JWT"})") + "." +
                                base64url(body) + "." + base64url(std::string(signature, 's'));
        return ask_token(
                   "grant_type=client_credentials&scope=system/*.cruds&client_assertion_type="
                   "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=" +
                   jwt)
            .status;
    }
};

TEST_F(Assertion, is_taken_once) {
    EXPECT_EQ(post(claims("1")), 200);
    EXPECT_EQ(post(claims("1")), 400);
    EXPECT_EQ(post(claims("2"), "RS384", 256), 200);
}

TEST_F(Assertion, is_refused_for_each_wrong_claim) {
    EXPECT_EQ(post(claims("1", 400)), 400);
    EXPECT_EQ(post(claims("2", -1)), 400);
    EXPECT_EQ(post(claims("3", 240, "you")), 400);
    EXPECT_EQ(post(claims("4", 240, "me", "http://127.0.0.1/token")), 400);
    EXPECT_EQ(post(claims("")), 400);
    EXPECT_EQ(post(claims("5"), "none"), 400);
    EXPECT_EQ(post(claims("6"), "ES384", 70), 400) << "a DER signature";
    EXPECT_EQ(post("no json"), 400);
    EXPECT_EQ(ask_token("grant_type=client_credentials&client_assertion=x").status, 400);
}

TEST_F(Fhir, staff_archive_assign_and_delete) {
    const auto id = id_of(fhir("POST", "/Communication", draft("fax-00001")));
    EXPECT_TRUE(sandbox.fhir().staff_assigns(id, "Patient/p"));
    EXPECT_TRUE(sandbox.fhir().staff_archives(id));
    const auto reply = fhir("GET", "/Communication/" + id);
    EXPECT_EQ(member(reply.body, "status"), "entered-in-error");
    EXPECT_NE(reply.body.find("Patient/p"), std::string::npos);
    EXPECT_EQ(reply.header("etag"), "W/\"3\"");
    EXPECT_TRUE(sandbox.fhir().staff_deletes(id));
    EXPECT_FALSE(sandbox.fhir().staff_archives(id));
    EXPECT_EQ(fhir("GET", "/Communication/" + id).status, 410);
}

TEST_F(Fhir, makes_the_same_ids_each_time) {
    Sandbox one({9, 0, 0, 0});
    Sandbox two({9, 0, 0, 0});
    const std::string patient = R"({"resourceType":"Patient","active":true})";
    EXPECT_EQ(one.fhir().put(patient), two.fhir().put(patient));
}

} // namespace
} // namespace efaxd::sandbox::test
