#include "fakes/temp_dir.hpp"
#include "http/client.hpp"
#include "http/tls_server.hpp"

#include <fstream>
#include <gtest/gtest.h>

namespace efaxd::http {
namespace {

using namespace std::chrono_literals;

class Tls : public testing::Test {
  protected:
    Tls() { authority.write(ca_file()); }

    std::string ca_file() const { return folder.path() / "ca.pem"; }

    static Request request_to(const std::string& url) {
        Request request;
        request.method = Method::post;
        request.url = url + "/x";
        request.headers = {{"Authorization", "Bearer secret"}};
        request.body = "body";
        return request;
    }

    static void expect_refused(Client& client, const std::string& url, Error::Kind kind = Error::Kind::tls) {
        try {
            client.exchange(request_to(url), {});
            ADD_FAILURE() << "accepted";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind, kind) << error.what();
            EXPECT_FALSE(error.sent);
        }
    }

    fakes::TempDir folder;
    Authority authority;
};

TEST_F(Tls, accepts_a_server_that_the_named_authority_vouches_for) {
    TlsServer server(authority);
    Client client({.ca_file = ca_file(), .proxy = {}});
    EXPECT_EQ(client.exchange(request_to(server.url()), {}).body, "hi");
    EXPECT_EQ(client.exchange(request_to(server.url("localhost")), {}).body, "hi");
    EXPECT_NE(server.received().find("Bearer secret"), std::string::npos);
}

TEST_F(Tls, refuses_another_name_before_a_byte_is_sent) {
    TlsServer server(authority, {.names = "DNS:fhir.invalid,IP:127.0.0.2"});
    Client client({.ca_file = ca_file(), .proxy = {}});
    expect_refused(client, server.url());
    expect_refused(client, server.url("localhost"));
    EXPECT_EQ(server.received(), "");
}

TEST_F(Tls, refuses_an_unknown_authority_before_a_byte_is_sent) {
    TlsServer server(authority);
    Client with_system_bundle({});
    expect_refused(with_system_bundle, server.url());
    const Authority stranger;
    stranger.write(folder.path() / "stranger.pem");
    Client with_stranger({.ca_file = folder.path() / "stranger.pem", .proxy = {}});
    expect_refused(with_stranger, server.url());
    EXPECT_EQ(server.received(), "");
}

TEST_F(Tls, refuses_a_certificate_that_has_ended) {
    TlsServer server(authority, {.valid_for_s = -60});
    Client client({.ca_file = ca_file(), .proxy = {}});
    expect_refused(client, server.url());
    EXPECT_EQ(server.received(), "");
}

TEST_F(Tls, refuses_versions_before_1_2) {
    TlsServer server(authority, {.only = 0x0302});
    Client client({.ca_file = ca_file(), .proxy = {}});
    expect_refused(client, server.url());
    EXPECT_EQ(server.received(), "");
}

TEST_F(Tls, refuses_a_server_that_speaks_plainly) {
    TlsServer server(authority, {.plainly = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"});
    Client client({.ca_file = ca_file(), .proxy = {}});
    expect_refused(client, server.url());
}

TEST_F(Tls, refuses_to_go_on_without_its_ca_file) {
    TlsServer server(authority);
    std::ofstream(folder.path() / "empty.pem").close();
    for (const char* name : {"missing.pem", "empty.pem"}) {
        Client client({.ca_file = folder.path() / name, .proxy = {}});
        expect_refused(client, server.url());
    }
    EXPECT_EQ(server.received(), "");
}

TEST_F(Tls, counts_a_handshake_that_never_ends_as_no_connection) {
    TlsServer server(authority, {.plainly = ""});
    Client client({.ca_file = ca_file(), .proxy = {}, .connect = 50ms});
    expect_refused(client, server.url(), Error::Kind::connect);
}

// Reading the bundle costs 50 ms of CPU; libcurl keeps it only while no directory of certificates is set.
TEST_F(Tls, reads_its_ca_file_once_for_many_connections) {
    TlsServer server(authority); // closes after each reply
    Client client({.ca_file = ca_file(), .proxy = {}});
    EXPECT_EQ(client.exchange(request_to(server.url()), {}).body, "hi");
    std::filesystem::remove(ca_file());
    EXPECT_EQ(client.exchange(request_to(server.url()), {}).body, "hi");
}

} // namespace
} // namespace efaxd::http
