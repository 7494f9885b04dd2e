#include "app/connection_check.hpp"

#include "fakes/loopback_server.hpp"
#include "fakes/temp_dir.hpp"
#include "http/tls_server.hpp"
#include "system/clock.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace efaxd::app {
namespace {

using namespace std::chrono_literals;
using Verdict = serve::CheckLine::Verdict;

/// A port of loopback that was ours a moment ago and that nobody listens at.
std::string deserted() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(socket);
    return "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

class ConnectionCheck : public testing::Test {
  protected:
    ConnectionCheck() { authority.write(ca_file()); }

    std::string ca_file() const { return folder.path() / "ca.pem"; }

    Finding check(const std::string& url) const {
        return check_connection({.base_url = url + "/fhir", .ca_file = ca_file()},
                                system::SystemClock().now(), {});
    }

    void expect_failure(const Finding& finding, const char* cause, const char* advice, int exit_code = 69) {
        EXPECT_EQ(finding.line.verdict, Verdict::failed);
        EXPECT_EQ(finding.exit_code, exit_code);
        EXPECT_NE(finding.line.detail.find(cause), std::string::npos) << cause << ": " << finding.line.detail;
        EXPECT_NE(finding.line.advice.find(advice), std::string::npos) << finding.line.advice;
    }

    fakes::TempDir folder;
    http::Authority authority;
};

TEST_F(ConnectionCheck, tells_how_long_a_certificate_will_last) {
    http::TlsServer server(authority, {.valid_for_s = 90L * 24 * 3600});
    const auto finding = check(server.url());
    EXPECT_EQ(finding.exit_code, 0);
    EXPECT_EQ(finding.line.verdict, Verdict::ok) << finding.line.detail;
    EXPECT_NE(finding.line.detail.find("its certificate is valid until 20"), std::string::npos)
        << finding.line.detail;
    EXPECT_EQ(server.received(), "") << "nothing is asked";
}

TEST_F(ConnectionCheck, warns_of_a_certificate_that_ends_soon) {
    http::TlsServer server(authority, {.valid_for_s = 3600});
    const auto finding = check(server.url());
    EXPECT_EQ(finding.exit_code, 0);
    EXPECT_EQ(finding.line.verdict, Verdict::warning);
    EXPECT_NE(finding.line.advice.find("renew"), std::string::npos);
}

TEST_F(ConnectionCheck, says_that_there_is_no_TLS_towards_this_machine) {
    fakes::LoopbackServer server([](const auto&) { return fakes::LoopbackServer::Answer{}; });
    const auto finding = check(server.url());
    EXPECT_EQ(finding.line.verdict, Verdict::ok);
    EXPECT_NE(finding.line.detail.find("without TLS"), std::string::npos) << finding.line.detail;
    EXPECT_TRUE(server.diary().empty());
}

TEST_F(ConnectionCheck, has_a_line_of_its_own_for_each_thing_that_can_be_wrong) {
    // A label over 63 characters is no name that could be asked of any resolver.
    expect_failure(check("https://" + std::string(64, 'a') + ".invalid"), "name was not found", "DNS");
    expect_failure(check(deserted()), "nobody listens", "port");
    http::TlsServer other_name(authority, {.names = "DNS:fhir.invalid"});
    expect_failure(check(other_name.url()), "for another name", "base_url");
    http::TlsServer ended(authority, {.valid_for_s = -60});
    expect_failure(check(ended.url()), "has expired", "renew");
    http::TlsServer early(authority, {.valid_from_s = 3600, .valid_for_s = 7200});
    expect_failure(check(early.url()), "not valid yet", "clock");
    http::TlsServer self_signed(authority, {.self_signed = true});
    expect_failure(check(self_signed.url()), "authority that is not trusted", "ca_file");
    http::TlsServer old(authority, {.only = 0x0302});
    expect_failure(check(old.url()), "only an old version", "TLS 1.2");
    http::TlsServer plain(authority, {.plainly = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"});
    expect_failure(check(plain.url()), "no TLS could be agreed", "https port");
}

TEST_F(ConnectionCheck, tells_an_unknown_authority_from_a_file_of_authorities_that_is_missing) {
    http::TlsServer server(authority);
    const auto with_system_bundle = check_connection({.base_url = server.url()}, {}, {});
    expect_failure(with_system_bundle, "authority that is not trusted", "ca_file");
    std::filesystem::remove(ca_file());
    expect_failure(check(server.url()), "file of trusted certificates cannot be read", "ca_file", 78);
}

TEST_F(ConnectionCheck, tells_a_proxy_that_refuses_from_one_that_is_not_there) {
    fakes::LoopbackServer proxy([](const auto&) {
        fakes::LoopbackServer::Answer answer;
        answer.status = 403;
        return answer;
    });
    const auto through = [&](const std::string& address) {
        return check_connection({.base_url = "https://fhir.invalid/fhir", .proxy = address}, {}, {});
    };
    expect_failure(through(proxy.url()), "proxy did not connect us", "proxy");
    expect_failure(through(deserted()), "nobody listens", "proxy");
    expect_failure(through("http://" + std::string(64, 'a') + ".invalid:3128"), "proxy's host name", "proxy");
}

} // namespace
} // namespace efaxd::app
