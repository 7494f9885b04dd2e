#include "security/endpoints.hpp"

#include "efaxd/core/base64.hpp"
#include "fhir/keys.hpp"
#include "fhir/outbound_site.hpp"

namespace efaxd::security {

namespace {

using namespace fhir;
using Hostile = std::optional<security::Answer>;

const std::string pdf = "%PDF-1.4\n%%EOF\n";

security::Answer bytes_answer(const std::string& bytes, const std::string& type = "application/pdf") {
    security::Answer answer;
    answer.headers = {{"Content-Type", type}};
    answer.body = bytes;
    return answer;
}

/// The FHIR server as efaxd sees it, and another host that documents may lie on.
struct Place {
    OutboundSite site;
    Site other;
    std::string root; ///< as efaxd reaches the FHIR server
    std::string base() const { return root + "/fhir"; }
};

struct Kind {
    std::string name;
    std::string what; ///< method and path of the endpoint
    /// Scripts all but the endpoint itself.
    std::function<void(Place&)> before;
    std::function<security::Answer(Place&)> good;
    std::function<void(Place&, Server&)> act;
    bool elsewhere = false; ///< the endpoint is on the other host
    bool shrugs = false;
};

int port_in(const std::string& url) { return std::stoi(url.substr(url.rfind(':') + 1)); }

int count_of(const std::vector<Seen>& diary, const std::string& what) {
    int count = 0;
    for (const auto& seen : diary)
        count += seen.method + " " + seen.target.substr(0, seen.target.find('?')) == what ? 1 : 0;
    return count;
}

Outcome run(const Kind& kind, const Way& way, const Hostile& hostile) {
    Place place;
    place.root = way.url(port_in(place.site.root()));
    auto& options = place.site.options;
    options.remote.base_url = place.base();
    options.remote.ca_file = way.ca_file;
    options.document_hosts = {place.other.root().substr(7)};
    options.auth = BearerAuth{[] { return "CANARY-fhir-token"; }};
    if (kind.before)
        kind.before(place);
    (kind.elsewhere ? place.other : place.site).on(kind.what, hostile ? *hostile : kind.good(place));
    const auto server = place.site.server();
    Outcome outcome;
    try {
        kind.act(place, *server);
        outcome.done = true;
    } catch (const Fault& fault) {
        outcome.reason = fault.reason;
    } catch (const Refusal& refusal) {
        outcome.reason = refusal.reason;
    }
    outcome.diary = place.site.diary();
    for (auto& seen : place.other.diary())
        outcome.diary.push_back(std::move(seen));
    outcome.asked = count_of(kind.elsewhere ? place.other.diary() : place.site.diary(), kind.what);
    for (const auto& url : {place.site.root(), place.other.root()})
        outcome.servers += ":" + std::to_string(port_in(url)) + " ";
    return outcome;
}

auto gives(security::Answer answer) {
    return [answer = std::move(answer)](Place&) { return answer; };
}

security::Answer a_token() {
    return fhir::json_answer(200, R"({"access_token":"CANARY-t","token_type":"Bearer","expires_in":3600})");
}

security::Answer statement(Place& place) {
    return fhir::json_answer(200, R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","rest":[{
        "resource":[{"type":"Binary","updateCreate":true}],"security":{"extension":[{"url":
        "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris","extension":[
        {"url":"token","valueUri":")" +
                                      place.root + R"(/oauth2/token"}]}]}}]})");
}

security::Answer owner(const std::string& type) {
    return fhir::json_answer(200,
                             R"({"resourceType":")" + type +
                                 R"(","id":"o-1","identifier":[{"system":"https://efax.com","value":"u"}]})");
}

void by_secret(Place& place, const std::string& token_url) {
    place.site.options.auth = ClientCredentials{"client", [] { return "CANARY-secret"; }, token_url, ""};
}

void by_key(Place& place) {
    static const std::string pem = TestKey::p384().pem();
    place.site.options.auth = PrivateKeyJwt{"client", [] { return pem; }, "", place.root + "/token", ""};
}

OutboundDocument document_at(const std::string& url) {
    return {"Communication.payload[0]", "application/pdf", url, ""};
}

auto fetching(std::function<std::string(Place&)> url) {
    return [url = std::move(url)](Place& place, Server& server) {
        server.fetch(document_at(url(place)), [](std::string_view) {}, {});
    };
}

void need(bool good) {
    if (!good)
        throw Fault(Fault::Kind::passing, "test.not_done");
}

void upload(Server& server, const std::string& id) {
    fhir::Pages pages(pdf);
    server.upload(pages, "application/pdf", id, {});
}

void change(Server& server) {
    const auto known = server.standing("c-1", {});
    CommunicationChange change;
    change.status = "completed";
    need(server.change("c-1", known.value(), change, {}) == Written::done);
}

void file(Server& server) {
    OutboundCommunication fax;
    fax.id = "~DIGEST";
    fax.body = fax_with({{"id", ""}, {"meta", ""}});
    server.file(fax, {});
}

void granted(Server& server, const std::string& reference) {
    need(server.check_caller("Bearer CANARY-caller", reference, {}) == CallerRight::granted);
}

std::vector<Kind> reading_kinds() {
    const auto some = gives(fhir::json_answer(200, bundle({})));
    return {
        {"FHIR metadata",
         "GET /fhir/metadata",
         {},
         statement,
         [](Place&, Server& server) { server.capabilities({}); }},
        {"FHIR search by fax id",
         "GET /fhir/Communication",
         {},
         some,
         [](Place&, Server& server) { server.find("fax-12345", false, {}); }},
        {"FHIR search by fax id and direction",
         "GET /fhir/Communication",
         {},
         some,
         [](Place&, Server& server) { server.find("fax-12345", true, {}); }},
        {"FHIR next link", "GET /fhir/page",
         [](Place& place) {
             place.site.on("GET /fhir/Communication",
                           fhir::json_answer(200, bundle({}, place.base() + "/page?n=2")));
         },
         some, [](Place&, Server& server) { server.find("fax-12345", false, {}); }},
        {"FHIR search of organizations",
         "GET /fhir/Organization",
         {},
         some,
         [](Place&, Server& server) { server.owners(OwnerKind::organization, {}); }},
        {"FHIR search of practitioners",
         "GET /fhir/Practitioner",
         {},
         some,
         [](Place&, Server& server) { server.owners(OwnerKind::practitioner, {}); }},
        {"FHIR read of an owner",
         "GET /fhir/Organization/o-1",
         {},
         gives(owner("Organization")),
         [](Place&, Server& server) {
             server.users_of({OwnerKind::organization, "o-1"}, {});
         }},
        {"FHIR existence",
         "GET /fhir/Organization/o-1",
         {},
         gives(owner("Organization")),
         [](Place&, Server& server) { need(server.exists("Organization/o-1", {})); }},
        {"FHIR Communication read", "GET /fhir/Communication/c-1",
         [](Place& place) { place.site.with_people(); }, gives(fhir::json_answer(200, fax_with())),
         [](Place&, Server& server) { server.read("c-1", {}); }},
        {"FHIR read of the sender", "GET /fhir/Practitioner/sender-id",
         [](Place& place) {
             place.site.with_fax(fax_with())
                 .on("GET /fhir/Practitioner/recipient-id",
                     fhir::json_answer(200, reachable("Practitioner", "recipient-id", "+15551234567")));
         },
         gives(fhir::json_answer(200, reachable("Practitioner", "sender-id", "+15551234567"))),
         [](Place&, Server& server) { server.read("c-1", {}); }},
        {"FHIR read of a recipient", "GET /fhir/Practitioner/recipient-id",
         [](Place& place) {
             place.site.with_fax(fax_with()).on("GET /fhir/Practitioner/sender-id", owner("Practitioner"));
         },
         gives(fhir::json_answer(200, reachable("Practitioner", "recipient-id", "+15551234567"))),
         [](Place&, Server& server) { server.read("c-1", {}); }},
        {"FHIR DocumentReference", "GET /fhir/DocumentReference/d",
         [](Place& place) {
             place.site.with_people().with_fax(
                 fax_with({{"payload", R"([{"contentReference":{"reference":"DocumentReference/d"}}])"}}));
         },
         gives(fhir::json_answer(200, R"({"resourceType":"DocumentReference","id":"d","content":[
             {"attachment":{"url":"Binary/b","contentType":"application/pdf"}}]})")),
         [](Place&, Server& server) { server.read("c-1", {}); }},
        {"FHIR standing",
         "GET /fhir/Communication/c-1",
         {},
         gives(fhir::json_answer(200, fax_with())),
         [](Place&, Server& server) { need(server.standing("c-1", {}).has_value()); }},
        {"FHIR search of waiting faxes",
         "GET /fhir/Communication",
         {},
         some,
         [](Place&, Server& server) { server.in_progress({}); }},
    };
}

std::vector<Kind> writing_kinds() {
    const auto made = gives(fhir::json_answer(201, R"({"resourceType":"Binary","id":"b-1"})"));
    const auto done = gives(fhir::json_answer(200));
    return {
        {"FHIR Binary as bytes",
         "POST /fhir/Binary",
         {},
         made,
         [](Place&, Server& server) { upload(server, ""); }},
        {"FHIR Binary as JSON", "POST /fhir/Binary",
         [](Place& place) { place.site.options.binary = BinaryMode::json; }, made,
         [](Place&, Server& server) { upload(server, ""); }},
        {"FHIR Binary under an id of ours",
         "PUT /fhir/Binary/wanted-1",
         {},
         made,
         [](Place&, Server& server) { upload(server, "wanted-1"); }},
        {"FHIR Binary DELETE",
         "DELETE /fhir/Binary/b-1",
         {},
         gives(fhir::json_answer(204)),
         [](Place&, Server& server) { server.remove_binary("b-1", {}); }},
        {"FHIR Communication create",
         "POST /fhir/Communication",
         {},
         gives(fhir::json_answer(201, communication("c-1", "fax-67890"))),
         [](Place&, Server& server) { server.create(a_fax(), Unless::identifier_exists, {}); }},
        {"FHIR read of one that exists", "GET /fhir/Communication/c-8",
         [](Place& place) {
             place.site.on("POST /fhir/Communication",
                           fhir::json_answer(200, "", {{"Location", place.base() + "/Communication/c-8"}}));
         },
         gives(fhir::json_answer(200, communication("c-8", "fax-67890"))),
         [](Place&, Server& server) { server.create(a_fax(), Unless::identifier_exists, {}); }},
        {"FHIR Communication PATCH", "PATCH /fhir/Communication/c-1",
         [](Place& place) { place.site.with_fax(fax_with()); }, done,
         [](Place&, Server& server) { change(server); }},
        {"FHIR Communication PUT", "PUT /fhir/Communication/c-1",
         [](Place& place) {
             place.site.with_fax(fax_with()).on("PATCH /fhir/Communication/c-1", fhir::json_answer(405));
         },
         done, [](Place&, Server& server) { change(server); }},
        {"FHIR claim", "PATCH /fhir/Communication/c-1",
         [](Place& place) {
             place.site.with_fax(fax_with())
                 .with_fax(fax_with(
                     {{"identifier", R"([{"system":"https://efax.com/sending-claim","value":"host-1"}])"}}));
         },
         done, [](Place&, Server& server) { need(server.claim("c-1", "host-1", {})); }},
        {"FHIR search before filing", "GET /fhir/Communication",
         [](Place& place) {
             place.site.on("POST /fhir/Communication",
                           fhir::json_answer(201, communication("c-9", "fax-67890")));
         },
         gives(fhir::json_answer(200, bundle({}))), [](Place&, Server& server) { file(server); }},
        {"FHIR filing", "POST /fhir/Communication",
         [](Place& place) { place.site.on("GET /fhir/Communication", fhir::json_answer(200, bundle({}))); },
         gives(fhir::json_answer(201, communication("c-9", "fax-67890"))),
         [](Place&, Server& server) { file(server); }},
    };
}

std::vector<Kind> sign_in_kinds() {
    const auto sign_in = [](Place&, Server& server) { server.sign_in({}); };
    const auto token = gives(a_token());
    return {
        {"FHIR metadata with our token", "GET /fhir/metadata",
         [](Place& place) { place.site.on("GET /fhir/metadata", fhir::json_answer(401)); }, statement,
         [](Place&, Server& server) { server.capabilities({}); }},
        {"SMART configuration", "GET /fhir/.well-known/smart-configuration",
         [](Place& place) {
             by_secret(place, "");
             place.site.on("GET /fhir/metadata", statement(place)).on("POST /oauth2/token", a_token());
         },
         [](Place& place) {
             return fhir::json_answer(200, R"({"token_endpoint":")" + place.root + R"(/oauth2/token"})");
         },
         sign_in, false, true},
        {"metadata for the token URL", "GET /fhir/metadata",
         [](Place& place) {
             by_secret(place, "");
             place.site.on("POST /oauth2/token", a_token());
         },
         statement, sign_in},
        {"token by secret in the form", "POST /oauth2/token",
         [](Place& place) { by_secret(place, place.root + "/oauth2/token"); }, token, sign_in},
        {"token by secret in the header", "POST /oauth2/token",
         [](Place& place) {
             by_secret(place, place.root + "/oauth2/token");
             place.site.on("POST /oauth2/token", fhir::json_answer(401));
         },
         token, sign_in},
        {"token by key", "POST /token", by_key, token, sign_in},
    };
}

std::vector<Kind> document_kinds() {
    const auto document = gives(bytes_answer(pdf));
    const auto granting = [](const std::string& reference) {
        return [reference](Place&, Server& server) { granted(server, reference); };
    };
    return {
        {"document on the FHIR server", "GET /fhir/Binary/b", {}, document, fetching([](Place&) {
             return "Binary/b";
         })},
        {"document as JSON", "GET /fhir/Binary/b",
         [](Place& place) { place.site.on("GET /fhir/Binary/b", fhir::json_answer(406)); },
         gives(fhir::json_answer(200, R"({"resourceType":"Binary","data":")" + base64(pdf) + R"("})")),
         fetching([](Place&) { return "Binary/b"; })},
        {"document that HAPI keeps aside", "GET /fhir/Binary/b/$binary-access-read",
         [](Place& place) {
             place.site.on("GET /fhir/Binary/b", fhir::json_answer(200, R"({"resourceType":"Binary"})"));
         },
         document, fetching([](Place&) { return "Binary/b"; })},
        {"document by URL beside the base", "GET /storage/b", {}, document, fetching([](Place& place) {
             return place.root + "/storage/b?Signature=x";
         })},
        {"document on an allowed host",
         "GET /b",
         {},
         document,
         fetching([](Place& place) { return place.other.root() + "/b?Signature=x"; }),
         true},
        {"caller check by search",
         "GET /fhir/Communication",
         {},
         gives(fhir::json_answer(200, bundle({}))),
         granting("")},
        {"caller check by Communication",
         "GET /fhir/Communication/c-1",
         {},
         gives(fhir::json_answer(200, fax_with())),
         granting("Communication/c-1")},
        {"caller check by Binary", "GET /fhir/Binary/b", {}, document, granting("Binary/b")},
    };
}

} // namespace

std::vector<Endpoint> fhir_endpoints() {
    std::vector<Endpoint> endpoints;
    for (const auto& kinds : {reading_kinds(), writing_kinds(), sign_in_kinds(), document_kinds()})
        for (const Kind& kind : kinds)
            endpoints.push_back(
                {kind.name, kind.shrugs, !kind.elsewhere,
                 [kind](const Way& way, const Hostile& hostile) { return run(kind, way, hostile); }});
    return endpoints;
}

} // namespace efaxd::security
