// What lies around on a machine does not lead efaxd elsewhere, nor do odd characters in what it is told.
#include "security/dial_book.hpp"
#include "security/stranger.hpp"

#include "config/load.hpp"
#include "efax/scripted_efax.hpp"
#include "fakes/temp_dir.hpp"
#include "fhir/outbound_site.hpp"
#include "http/client.hpp"
#include "http/tls_server.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>

namespace efaxd::security {
namespace {

using fakes::LoopbackServer;

/// Variables for the length of a test.
class Variables {
  public:
    explicit Variables(const std::map<std::string, std::string>& values) {
        for (const auto& [name, value] : values) {
            const char* const old = std::getenv(name.c_str());
            before_[name] = old ? old : "";
            ::setenv(name.c_str(), value.c_str(), 1);
        }
    }
    ~Variables() {
        for (const auto& [name, value] : before_)
            value.empty() ? ::unsetenv(name.c_str()) : ::setenv(name.c_str(), value.c_str(), 1);
    }
    Variables(const Variables&) = delete;
    Variables& operator=(const Variables&) = delete;

  private:
    std::map<std::string, std::string> before_;
};

void write(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path) << text;
    std::filesystem::permissions(path, std::filesystem::perms::owner_read);
}

TEST(Environment, proxies_netrc_and_curlrc_lead_nowhere) {
    const Stranger proxy;
    const std::string at = "http://127.0.0.1:" + std::to_string(proxy.port());
    const fakes::TempDir home;
    write(home.path() / ".netrc",
          "machine 127.0.0.1 login CANARY password CANARY\ndefault login CANARY password x\n");
    write(home.path() / ".curlrc", "proxy = \"" + at + "\"\ninsecure\nlocation\n");
    const Variables variables({{"http_proxy", at},
                               {"HTTP_PROXY", at},
                               {"https_proxy", at},
                               {"HTTPS_PROXY", at},
                               {"all_proxy", at},
                               {"ALL_PROXY", "socks5h://127.0.0.1:" + std::to_string(proxy.port())},
                               {"no_proxy", "none.invalid"},
                               {"HOME", home.path()},
                               {"CURL_HOME", home.path()},
                               {"XDG_CONFIG_HOME", home.path()},
                               {"NETRC", home.path() / ".netrc"}});
    const http::Authority authority;
    authority.write(home.path() / "ca.pem");
    LoopbackServer plain([](const LoopbackServer::Seen&) { return LoopbackServer::Answer{}; });
    http::TlsServer tls(authority);
    const DialBook book;
    http::Client client({.ca_file = home.path() / "ca.pem", .proxy = {}});
    for (const auto& url : {plain.url(), tls.url()}) {
        http::Request request;
        request.url = url + "/x";
        EXPECT_EQ(client.exchange(request, {}).status, 200);
    }
    EXPECT_EQ(plain.diary().at(0).header("authorization"), "");
    EXPECT_EQ(tls.received().find("uthorization"), std::string::npos);
    EXPECT_EQ(proxy.connections(), 0);
    for (const auto& dialled : book.dialled())
        EXPECT_NE(dialled, "127.0.0.1:" + std::to_string(proxy.port()));
}

TEST(Environment, other_authorities_vouch_for_nobody) {
    const http::Authority stranger;
    const fakes::TempDir folder;
    stranger.write(folder.path() / "ca.pem");
    const Variables variables({{"SSL_CERT_FILE", folder.path() / "ca.pem"},
                               {"SSL_CERT_DIR", folder.path()},
                               {"CURL_CA_BUNDLE", folder.path() / "ca.pem"}});
    http::TlsServer tls(stranger);
    http::Client client({});
    http::Request request;
    request.url = tls.url() + "/x";
    EXPECT_THROW(client.exchange(request, {}), http::Error);
    EXPECT_EQ(tls.received(), "");
}

// ---- odd characters in what was configured

const std::vector<std::string>& breaks() {
    using namespace std::string_literals;
    static const std::vector<std::string> all = {"\r\nX-Evil: 1", "\nX-Evil: 1", "\rX-Evil: 1",
                                                 "\0X"s,          "\x7f",        "\t"};
    return all;
}

TEST(OddSecrets, break_no_header) {
    for (const auto& odd : breaks()) {
        fhir::Site site;
        site.on("GET /fhir/Communication", fhir::json_answer(200, fhir::bundle({})));
        for (const fhir::Auth& auth : std::initializer_list<fhir::Auth>{
                 fhir::BearerAuth{[odd] { return "token" + odd + "x"; }},
                 fhir::BasicAuth{"user" + odd + "x", [odd] { return "secret" + odd + "x"; }},
                 fhir::ClientCredentials{"client" + odd, [odd] { return "secret" + odd + "x"; },
                                         site.root() + "/token", "scope" + odd}}) {
            try {
                site.server(auth)->find("fax-12345", false, {});
            } catch (const Fault& fault) {
                EXPECT_EQ(std::string(fault.what()).find("Evil"), std::string::npos);
            } catch (const http::Error& error) {
                EXPECT_FALSE(error.sent);
            }
        }
        for (const auto& seen : site.diary())
            EXPECT_EQ(seen.headers.count("x-evil"), 0u);
    }
}

TEST(OddSecrets, of_eFax_break_no_header) {
    for (const auto& odd : breaks()) {
        LoopbackServer web([](const LoopbackServer::Seen&) { return efax::testing::token_answer(1); });
        fakes::FakeClock clock;
        efax::EfaxService service(
            efax::testing::options_for(web.url()),
            [&] {
                return efax::Credentials{"app" + odd + "x", "key" + odd + "x"};
            },
            clock);
        try {
            service.sign_in({});
        } catch (const Fault&) { // a colon in the App ID
        }
        for (const auto& seen : web.diary())
            EXPECT_EQ(seen.headers.count("x-evil"), 0u);
    }
}

TEST(OddConfiguration, is_refused) {
    const fakes::TempDir folder;
    const auto problems = [&](const std::string& efax, const std::string& fhir) {
        const auto path = folder.path() / "efaxd.yaml";
        std::ofstream(path) << "state_dir: /var/lib/efaxd\nprojects:\n  - name: clinic\n    secrets:\n"
                               "      eFaxAppId: { credential: a }\n      eFaxApiKey: { credential: b }\n"
                               "      eFaxUserId: { credential: c }\n    efax: { "
                            << efax << " }\n    fhir: { " << fhir << " }\n";
        const auto loaded = config::load(path);
        const auto* found = std::get_if<std::vector<config::Problem>>(&loaded);
        return found ? found->size() : 0;
    };
    const std::string base = R"(base_url: "https://fhir.example.org/R4")";
    EXPECT_EQ(problems("", base), 0u);
    for (const auto* odd :
         {"\\r\\nX-Evil: 1", "\\n", "\\r", "\\0", "\\t", " ", "\\x7f", "\\u202e", "\\\\", "@evil.invalid"}) {
        const std::string text = odd;
        EXPECT_GE(problems(R"(base_url: "https://api.example.org)" + text + "\"", base), 1u) << odd;
        EXPECT_GE(problems("", R"(base_url: "https://fhir.example.org)" + text + "/R4\""), 1u) << odd;
        EXPECT_GE(problems(R"(proxy: "http://proxy.example.org)" + text + "\"", base), 1u) << odd;
    }
    for (const auto* odd : {"\\r\\nX-Evil: 1", "\\n", "\\0"}) {
        const std::string text = odd;
        EXPECT_GE(problems(R"(ca_file: "/etc/ssl/ca)" + text + ".pem\"", base), 1u) << odd;
        EXPECT_GE(problems("", base + R"(, auth: { method: basic, username: "user)" + text +
                                   R"(", password: { credential: d } })"),
                  1u)
            << odd;
        EXPECT_GE(problems("", base + R"(, auth: { method: client_credentials, client_id: "id)" + text +
                                   R"(", client_secret: { credential: d } })"),
                  1u)
            << odd;
    }
}

} // namespace
} // namespace efaxd::security
