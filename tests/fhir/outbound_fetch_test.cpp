#include "efaxd/core/base64.hpp"
#include "fhir/arriving_document.hpp"
#include "fhir/outbound_site.hpp"

namespace efaxd::fhir {
namespace {

const std::string pdf = "%PDF-1.4\n" + std::string(100'000, '\x80') + "\n%%EOF\n";
constexpr auto token = "our-secret-token";

Answer bytes_answer(int status, const std::string& body, const std::string& type = "application/pdf") {
    Answer answer;
    answer.status = status;
    answer.headers.emplace_back("Content-Type", type);
    answer.body = body;
    return answer;
}

OutboundDocument document_at(const std::string& url, const std::string& type = "application/pdf") {
    return {"Communication.payload[0]", type, url, ""};
}

/// A FHIR server that asks for a token, and another host.
struct Places {
    Places() {
        site.options.auth = BearerAuth{[] { return std::string(token); }};
        site.options.document_hosts = {other.root().substr(7)};
    }
    std::string fetch(const OutboundDocument& document) {
        std::string bytes;
        site.server()->fetch(document, [&](std::string_view piece) { bytes += piece; }, {});
        return bytes;
    }
    Refusal refused(const OutboundDocument& document) {
        return refusal_of([&] { fetch(document); });
    }
    Fault fault(const OutboundDocument& document) {
        return fault_of([&] { fetch(document); });
    }

    OutboundSite site;
    Site other;
};

void expect(const Refusal& refusal, const std::string& code, const std::string& reason) {
    EXPECT_EQ(refusal.status, 422);
    EXPECT_EQ(refusal.code, code);
    EXPECT_EQ(refusal.reason, reason);
    EXPECT_EQ(refusal.expression, "Communication.payload[0]");
}

// ---- on the FHIR server

TEST(OutboundFetch, gets_the_bytes_with_our_token) {
    Places places;
    places.site.on("GET /fhir/Binary/b", bytes_answer(200, pdf));
    for (const auto& url : {std::string("Binary/b"), places.site.base() + "/Binary/b",
                            std::string("/fhir/Binary/b"), std::string("Binary/b#page=1")})
        EXPECT_EQ(places.fetch(document_at(url)), pdf) << url;
    EXPECT_EQ(places.site.seen(0).header("accept"), "application/pdf, */*;q=0.1");
    for (const auto& seen : places.site.diary())
        EXPECT_EQ(seen.header("authorization"), std::string("Bearer ") + token);
}

TEST(OutboundFetch, asks_for_anything_useful_where_the_type_is_not_told) {
    Places places;
    places.site.on("GET /fhir/Binary/b", bytes_answer(200, pdf, "application/octet-stream"));
    EXPECT_EQ(places.fetch(document_at("Binary/b", "")), pdf);
    EXPECT_EQ(places.site.seen(0).header("accept"), "application/pdf, image/*;q=0.9, */*;q=0.1");
}

TEST(OutboundFetch, decodes_a_binary_that_comes_as_json) {
    for (const auto* type :
         {"application/fhir+json; charset=utf-8", "application/json", "application/json+fhir"}) {
        Places places;
        places.site.on(
            "GET /fhir/Binary/b",
            bytes_answer(200,
                         R"({"resourceType":"Binary","id":"b","contentType":"application/pdf","data":")" +
                             base64(pdf) + R"("})",
                         type));
        EXPECT_EQ(places.fetch(document_at("Binary/b")), pdf) << type;
    }
}

TEST(OutboundFetch, asks_for_json_where_the_server_gives_nothing_else) {
    for (const int status : {400, 406, 415}) {
        Places places;
        places.site.on("GET /fhir/Binary/b", json_answer(status, outcome("not-supported")))
            .on("GET /fhir/Binary/b",
                json_answer(200, R"({"resourceType":"Binary","data":")" + base64(pdf) + R"("})"));
        EXPECT_EQ(places.fetch(document_at("Binary/b")), pdf);
        EXPECT_EQ(places.site.seen(1).header("accept"), "application/fhir+json");
    }
}

TEST(OutboundFetch, finds_what_hapi_keeps_aside) {
    const std::string aside =
        R"({"resourceType":"Binary","id":"b","contentType":"application/pdf","_data":{"extension":[{
            "url":"http://hapifhir.io/fhir/StructureDefinition/externalized-binary-id","valueString":"x"}]}})";
    for (const auto& empty : {json_answer(200, aside), bytes_answer(200, "")})
        for (const auto* url : {"Binary/b", "Binary/b/_history/2"}) {
            Places places;
            places.site.on("GET /fhir/" + std::string(url), empty);
            places.site.on("GET /fhir/Binary/b/$binary-access-read", bytes_answer(200, pdf));
            EXPECT_EQ(places.fetch(document_at(url)), pdf);
            EXPECT_EQ(places.site.seen(1).target, "/fhir/Binary/b/$binary-access-read?path=Binary");
        }
}

TEST(OutboundFetch, refuses_an_empty_binary) {
    for (const auto& then : {json_answer(404), json_answer(400), bytes_answer(200, "")}) {
        Places places;
        places.site.on("GET /fhir/Binary/b", bytes_answer(200, ""));
        places.site.on("GET /fhir/Binary/b/$binary-access-read", then);
        expect(places.refused(document_at("Binary/b")), "invalid", "send.bad_document");
    }
}

TEST(OutboundFetch, refuses_a_document_that_is_gone) {
    for (const int status : {404, 410}) {
        Places places;
        places.site.on("GET /fhir/Binary/b", json_answer(status, outcome("not-found")));
        expect(places.refused(document_at("Binary/b")), "not-found", "send.document_gone");
    }
}

TEST(OutboundFetch, tells_the_servers_own_failures_apart) {
    for (const auto& [status, reason] : {std::pair{403, "fhir.forbidden"},
                                         {401, "fhir.unauthorized"},
                                         {503, "fhir.unavailable"},
                                         {302, "fhir.bad_reply"}}) {
        Places places;
        places.site.on("GET /fhir/Binary/b", json_answer(status, outcome("processing")));
        const auto fault = places.fault(document_at("Binary/b"));
        EXPECT_EQ(fault.reason, reason);
        EXPECT_EQ(fault.kind, Fault::Kind::passing);
    }
}

TEST(OutboundFetch, takes_no_cut_or_foreign_answer_for_a_document) {
    auto cut = bytes_answer(200, pdf);
    cut.cut_after = 5000;
    auto cut_json = json_answer(200, R"({"resourceType":"Binary","data":")" + base64(pdf) + R"("})");
    cut_json.chunked = true;
    cut_json.body.resize(5001);
    for (const auto& [answer, reason] : {std::pair{cut, "fhir.broken"},
                                         {cut_json, "fhir.bad_reply"},
                                         {json_answer(200, outcome("informational")), "fhir.bad_reply"},
                                         {json_answer(200, "<html>"), "fhir.bad_reply"}}) {
        Places places;
        places.site.on("GET /fhir/Binary/b", answer);
        EXPECT_EQ(places.fault(document_at("Binary/b")).reason, reason);
    }
}

TEST(OutboundFetch, refuses_damaged_base64) {
    for (const auto* data : {"JVBERg=", "JVBE*g==", "JVBERg==JVBE", "JVBER", ""}) {
        Places places;
        places.site.on("GET /fhir/Binary/b", json_answer(200, R"({"resourceType":"Binary","data":")" +
                                                                  std::string(data) + R"("})"));
        places.site.on("GET /fhir/Binary/b/$binary-access-read", json_answer(404));
        expect(places.refused(document_at("Binary/b")), "invalid", "send.bad_document");
    }
}

TEST(OutboundFetch, leads_our_token_nowhere_else) {
    Places places;
    const auto root = places.site.root();
    const auto host = root.substr(7);
    for (const auto& url :
         {std::string("../admin"), std::string("Binary/../../admin"), std::string("/admin"),
          std::string("Binary/%2e%2e/%2e%2e/admin"), std::string("Binary%2f..%2f.."), root + "/fhir/../admin",
          root + "/fhir/%2e%2e/admin", root + "/fhir", root + "/x/../admin", root + "/x/%2e%2e/admin",
          "http://me:pass@" + host + "/fhir/Binary/b", "https://" + host + "/fhir/Binary/b",
          std::string("http://127.0.0.1:1/fhir/Binary/b"), "//" + host + "/fhir/Binary/b",
          std::string("Binary/b\r\nX: y"), std::string("ftp://127.0.0.1/x"), std::string("::::"),
          std::string("https://")})
        expect(places.refused(document_at(url)), "not-supported", "send.foreign_document");
    EXPECT_TRUE(places.site.diary().empty());
}

// ---- beside and elsewhere

TEST(OutboundFetch, takes_no_token_to_what_lies_beside_the_base) {
    Places places;
    places.site.on("GET /storage/b/1", bytes_answer(200, pdf));
    EXPECT_EQ(places.fetch(document_at(places.site.root() + "/storage/b/1?Expires=9&Signature=a%2Fb")), pdf);
    EXPECT_EQ(places.site.seen(0).target, "/storage/b/1?Expires=9&Signature=a%2Fb");
    EXPECT_EQ(places.site.seen(0).header("authorization"), "");
}

TEST(OutboundFetch, takes_no_token_to_another_host) {
    Places places;
    places.other.on("GET /binary/b/1", bytes_answer(200, pdf));
    EXPECT_EQ(places.fetch(document_at(places.other.root() + "/binary/b/1?Signature=x")), pdf);
    EXPECT_EQ(places.other.seen(0).target, "/binary/b/1?Signature=x");
    EXPECT_EQ(places.other.seen(0).header("authorization"), "");
    EXPECT_TRUE(places.site.diary().empty());
}

TEST(OutboundFetch, asks_only_hosts_that_are_allowed) {
    Places places;
    Site stranger;
    expect(places.refused(document_at(stranger.root() + "/x")), "not-supported", "send.foreign_document");
    places.site.options.document_hosts = {"127.0.0.1"}; // without a port: the usual one only
    expect(places.refused(document_at(places.other.root() + "/x")), "not-supported", "send.foreign_document");
    places.site.options.document_hosts = {"storage.example.org"};
    for (const auto* url : {"http://storage.example.org/x", "https://storage.example.org:8443/x",
                            "https://me@storage.example.org/x", "https://storage.example.org.evil.example/x"})
        expect(places.refused(document_at(url)), "not-supported", "send.foreign_document");
    EXPECT_TRUE(stranger.diary().empty());
    EXPECT_TRUE(places.other.diary().empty());
}

TEST(OutboundFetch, follows_no_redirect_of_another_host) {
    Places places;
    Site third;
    places.other.on("GET /b", json_answer(302, "", {{"Location", third.root() + "/b"}}));
    EXPECT_EQ(places.fault(document_at(places.other.root() + "/b")).reason, "fhir.document_unavailable");
    EXPECT_TRUE(third.diary().empty());
}

TEST(OutboundFetch, tells_what_another_host_answers) {
    for (const auto& [status, reason] : {std::pair{403, "fhir.document_refused"},
                                         {401, "fhir.document_refused"},
                                         {400, "fhir.document_refused"},
                                         {429, "fhir.document_unavailable"},
                                         {500, "fhir.document_unavailable"},
                                         {503, "fhir.document_unavailable"}}) {
        Places places;
        places.other.on("GET /b", bytes_answer(status, "Doe, John", "text/plain"));
        const auto fault = places.fault(document_at(places.other.root() + "/b"));
        EXPECT_EQ(fault.reason, reason);
        EXPECT_EQ(fault.kind, Fault::Kind::passing);
        EXPECT_EQ(fault.detail.find("Doe"), std::string::npos);
    }
    for (const int status : {404, 410}) {
        Places places;
        places.other.on("GET /b", bytes_answer(status, ""));
        expect(places.refused(document_at(places.other.root() + "/b")), "not-found", "send.document_gone");
    }
    Places places;
    places.other.on("GET /b", bytes_answer(200, ""));
    expect(places.refused(document_at(places.other.root() + "/b")), "invalid", "send.bad_document");
}

TEST(OutboundFetch, waits_for_another_host_that_is_not_there) {
    Places places;
    std::string url;
    {
        Site gone;
        url = gone.root();
    }
    places.site.options.document_hosts = {url.substr(7)};
    EXPECT_EQ(places.fault(document_at(url + "/b")).reason, "fhir.document_unavailable");
    Answer hang_up;
    hang_up.hang_up = true;
    places.site.options.document_hosts = {places.other.root().substr(7)};
    places.other.on("GET /b", hang_up);
    EXPECT_EQ(places.fault(document_at(places.other.root() + "/b")).reason, "fhir.document_unavailable");
}

TEST(OutboundFetch, an_expired_link_makes_nobody_rest) {
    Places places;
    places.site.on("GET /storage/b", json_answer(401))
        .on("GET /storage/b", json_answer(429, "", {{"Retry-After", "60"}}));
    places.site.on("GET /fhir/Binary/b", bytes_answer(200, pdf));
    const auto server = places.site.server();
    std::string bytes;
    const auto fetch = [&](const std::string& url) {
        server->fetch(document_at(url), [&](std::string_view piece) { bytes += piece; }, {});
    };
    EXPECT_EQ(fault_of([&] { fetch(places.site.root() + "/storage/b"); }).reason, "fhir.document_refused");
    EXPECT_EQ(fault_of([&] { fetch(places.site.root() + "/storage/b"); }).reason,
              "fhir.document_unavailable");
    fetch("Binary/b");
    EXPECT_EQ(bytes, pdf);
}

// ---- inline

TEST(OutboundFetch, decodes_inline_data) {
    Places places;
    EXPECT_EQ(places.fetch({"Communication.payload[0]", "application/pdf", "", base64(pdf)}), pdf);
    for (const auto* data : {"JVBERg=", "%%%%", "", "JVBERg==JVBE"})
        expect(places.refused({"Communication.payload[0]", "application/pdf", "", data}), "invalid",
               "send.bad_document");
    EXPECT_TRUE(places.site.diary().empty());
}

TEST(OutboundFetch, stops_when_told) {
    Places places;
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(places.site.server()->fetch(
                     document_at("Binary/b"), [](std::string_view) {}, stop.get_token()),
                 Stopped);
}

TEST(ArrivingDocument, is_at_most_128_mib) {
    const std::string mib(1u << 20, 'x');
    std::uint64_t seen = 0;
    const DocumentSink sink = [&](std::string_view piece) { seen += piece.size(); };
    ArrivingDocument arriving("Communication.payload[0]", sink);
    for (int i = 0; i < 128; ++i)
        arriving.feed({}, mib);
    EXPECT_EQ(seen, 128u << 20);
    const auto refusal = refusal_of([&] { arriving.feed({}, "x"); });
    expect(refusal, "too-long", "send.document_too_large");
    EXPECT_EQ(seen, 128u << 20);
}

} // namespace
} // namespace efaxd::fhir
