// Nothing is said to a server whose certificate or handshake is not in order: every kind of disorder, on both
// sides, at every endpoint.
#include "security/endpoints.hpp"

#include "fakes/temp_dir.hpp"
#include "http/tls_server.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace efaxd::security {
namespace {

using http::TlsOptions;

struct Disorder {
    std::string name;
    TlsOptions options{};
    bool unknown_authority = false;
};

constexpr int tls_1_0 = 0x0301;
constexpr int tls_1_1 = 0x0302;
constexpr int tls_1_2 = 0x0303;
constexpr int tls_1_3 = 0x0304;

std::vector<Disorder> disorders() {
    return {
        {"TLS 1.0 only", {.only = tls_1_0}},
        {"TLS 1.1 only", {.only = tls_1_1}},
        {"ended a minute ago", {.valid_for_s = -60}},
        {"begins in an hour", {.valid_from_s = 3600, .valid_for_s = 7200}},
        {"another name", {.names = "DNS:fhir.invalid,IP:127.0.0.2"}},
        {"another name, ours in the CN", {.names = "DNS:fhir.invalid", .common_name = "127.0.0.1"}},
        {"no other name than the CN", {.names = "", .common_name = "127.0.0.1"}},
        {"a mailbox where a host is meant", {.names = "email:a@127.0.0.1", .common_name = "127.0.0.1"}},
        {"a name where an address is meant", {.names = "DNS:127.0.0.1"}},
        {"self-signed", {.self_signed = true}},
        {"unknown authority", {}, true},
        {"unknown authority that is called the same", {.common_name = "Test authority"}, true},
        {"no TLS at all", {.plainly = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"}},
    };
}

class TlsMatrix : public ::testing::Test {
  protected:
    TlsMatrix() {
        trusted_.write(folder_.path() / "ca.pem");
        way_.ca_file = folder_.path() / "ca.pem";
    }

    Outcome run(const Endpoint& endpoint, const Disorder& disorder) {
        way_.url = [&](int port) {
            TlsOptions options = disorder.options;
            options.forward_to = port;
            front_ =
                std::make_unique<http::TlsServer>(disorder.unknown_authority ? stranger_ : trusted_, options);
            return front_->url();
        };
        return endpoint.run(way_, std::nullopt);
    }

    /// Not a byte of HTTP, and a word that says why.
    void expect_silence(const Endpoint& endpoint, const Disorder& disorder) {
        const std::string what = endpoint.name + ", " + disorder.name;
        const auto outcome = run(endpoint, disorder);
        EXPECT_FALSE(outcome.done) << what;
        EXPECT_TRUE(outcome.reason == "efax.tls" || outcome.reason == "fhir.tls")
            << what << ": " << outcome.reason;
        EXPECT_GE(front_->connections(), 1) << what;
        EXPECT_EQ(front_->received(), "") << what;
        EXPECT_TRUE(outcome.diary.empty()) << what;
    }

    fakes::TempDir folder_;
    http::Authority trusted_;
    http::Authority stranger_;
    std::unique_ptr<http::TlsServer> front_;
    Way way_;
};

TEST_F(TlsMatrix, says_nothing_to_a_server_in_disorder) {
    int cells = 0;
    for (const auto& endpoint : all_endpoints()) {
        if (!endpoint.tls_too)
            continue;
        for (const auto& disorder : disorders()) {
            expect_silence(endpoint, disorder);
            ++cells;
        }
    }
    RecordProperty("cells", cells);
}

TEST_F(TlsMatrix, speaks_to_a_server_in_order) {
    for (const auto& endpoint : all_endpoints()) {
        if (!endpoint.tls_too)
            continue;
        for (const int version : {tls_1_2, tls_1_3}) {
            const auto outcome = run(endpoint, {"in order", {.only = version}});
            EXPECT_TRUE(outcome.done) << endpoint.name << ": " << outcome.reason;
            EXPECT_NE(front_->received(), "") << endpoint.name;
        }
    }
}

} // namespace
} // namespace efaxd::security
