// No reply sends efaxd anywhere: every code, every kind of target, every endpoint.
#include "security/dial_book.hpp"
#include "security/endpoints.hpp"
#include "security/stranger.hpp"

#include "fakes/temp_dir.hpp"
#include "http/client.hpp"
#include "http/tls_server.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sys/inotify.h>
#include <unistd.h>

namespace efaxd::security {
namespace {

constexpr int codes[] = {301, 302, 303, 307, 308};

/// Tells whether anybody has opened a file.
class Watched {
  public:
    Watched() : watch_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
        std::ofstream(path()) << R"({"faxes":[],"resourceType":"Bundle"})";
        ::inotify_add_watch(watch_, path().c_str(), IN_OPEN);
    }
    ~Watched() { ::close(watch_); }
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

    std::string path() const { return folder_.path() / "bait.json"; }
    bool opened() const {
        alignas(inotify_event) char events[4096];
        return ::read(watch_, events, sizeof events) > 0;
    }

  private:
    fakes::TempDir folder_;
    int watch_;
};

struct Target {
    std::string name;
    std::string url; ///< relative to the same server where it begins with a slash
};

/// Where the replies point to, and who would notice.
struct Elsewhere {
    std::vector<Target> targets() const {
        const std::string port = std::to_string(other.port());
        return {
            {"same host", "/followed"},
            {"other port", "http://127.0.0.1:" + port + "/followed"},
            {"without a scheme", "//127.0.0.1:" + port + "/followed"},
            {"other host name", "http://localhost:" + port + "/followed"},
            {"unknown host name", "http://stranger.invalid:" + port + "/followed"},
            {"file", "file://" + bait.path()},
            {"user info", "http://user:password@127.0.0.1:" + port + "/followed"},
            {"IPv6", "http://[::1]:" + std::to_string(other6.port()) + "/followed"},
            {"link-local metadata", "http://169.254.169.254/latest/meta-data/"},
        };
    }

    Stranger other;
    Stranger other6{Stranger::Family::v6};
    Watched bait;
};

Answer redirect(int code, const std::string& url) {
    Answer answer;
    answer.status = code;
    answer.headers = {{"Location", url},
                      {"Content-Type", "text/html"},
                      {"Refresh", "0; url=" + url},
                      {"Content-Location", url},
                      {"Link", "<" + url + ">; rel=\"next\""},
                      {"Alt-Svc", "http/1.1=\"127.0.0.1:1\"; ma=3600"}};
    answer.body = "<html>moved</html>";
    return answer;
}

/// All that was dialled is a server that was meant.
void expect_only_meant(const DialBook& book, const std::string& servers, const std::string& what) {
    EXPECT_FALSE(book.dialled().empty()) << what;
    for (const auto& dialled : book.dialled()) {
        if (dialled == "name 127.0.0.1")
            continue;
        EXPECT_TRUE(dialled.starts_with("127.0.0.1:")) << what << ": " << dialled;
        EXPECT_NE(servers.find(dialled.substr(dialled.rfind(':')) + " "), std::string::npos)
            << what << ": " << dialled;
    }
}

void expect_not_followed(const Endpoint& endpoint, const Outcome& outcome, const std::string& what) {
    EXPECT_GE(outcome.asked, 1) << what;
    EXPECT_EQ(outcome.done, endpoint.shrugs) << what;
    EXPECT_EQ(outcome.reason.empty(), endpoint.shrugs) << what;
    for (const auto& seen : outcome.diary)
        EXPECT_EQ(seen.target.find("followed"), std::string::npos) << what;
}

void expect_silence(const Elsewhere& elsewhere) {
    EXPECT_EQ(elsewhere.other.connections() + elsewhere.other6.connections(), 0);
    EXPECT_EQ(elsewhere.other.heard() + elsewhere.other6.heard(), "");
    EXPECT_FALSE(elsewhere.bait.opened());
}

TEST(Redirects, from_any_endpoint_to_anywhere_are_not_followed) {
    const Elsewhere elsewhere;
    int cells = 0;
    for (const auto& endpoint : all_endpoints())
        for (const int code : codes)
            for (const auto& target : elsewhere.targets()) {
                const std::string what = endpoint.name + ", " + std::to_string(code) + " to " + target.name;
                const DialBook book;
                const auto outcome = endpoint.run({}, redirect(code, target.url));
                expect_not_followed(endpoint, outcome, what);
                expect_only_meant(book, outcome.servers, what);
                ++cells;
            }
    expect_silence(elsewhere);
    RecordProperty("cells", cells);
}

TEST(Redirects, from_https_to_http_are_not_followed) {
    const Elsewhere elsewhere;
    const http::Authority authority;
    const fakes::TempDir folder;
    authority.write(folder.path() / "ca.pem");
    const std::string down = "http://127.0.0.1:" + std::to_string(elsewhere.other.port()) + "/followed";
    int cells = 0;
    for (const auto& endpoint : all_endpoints()) {
        if (!endpoint.tls_too)
            continue;
        for (const int code : codes) {
            std::unique_ptr<http::TlsServer> front;
            Way way;
            way.ca_file = folder.path() / "ca.pem";
            way.url = [&](int port) {
                front = std::make_unique<http::TlsServer>(authority, http::TlsOptions{.forward_to = port});
                return front->url();
            };
            const std::string what = endpoint.name + ", " + std::to_string(code) + " to http";
            expect_not_followed(endpoint, endpoint.run(way, redirect(code, down)), what);
            EXPECT_NE(front->received(), "") << what;
            ++cells;
        }
    }
    expect_silence(elsewhere);
    RecordProperty("cells", cells);
}

// The matrix proves nothing unless each endpoint is met by its call, and answers it well else.
TEST(Redirects, are_all_that_is_wrong_with_these_endpoints) {
    for (const auto& endpoint : all_endpoints()) {
        const auto outcome = endpoint.run({}, std::nullopt);
        EXPECT_TRUE(outcome.done) << endpoint.name << ": " << outcome.reason;
        EXPECT_GE(outcome.asked, 1) << endpoint.name;
    }
}

TEST(Redirects, would_be_noticed_if_they_were_followed) {
    const Elsewhere elsewhere;
    const DialBook book;
    http::Client client({});
    http::Request request;
    request.url = "http://127.0.0.1:" + std::to_string(elsewhere.other.port()) + "/followed";
    request.headers = {{"Authorization", "Bearer CANARY"}};
    request.limits.total = std::chrono::milliseconds{100};
    EXPECT_THROW(client.exchange(request, {}), http::Error);
    EXPECT_NE(elsewhere.other.heard().find("CANARY"), std::string::npos);
    EXPECT_EQ(book.dialled().back(), "127.0.0.1:" + std::to_string(elsewhere.other.port()));
    request.url = "https://169.254.169.254/";
    EXPECT_THROW(client.exchange(request, {}), http::Error);
    EXPECT_EQ(book.dialled().back(), "169.254.169.254:443");
    request.url = "https://stranger.invalid/";
    EXPECT_THROW(client.exchange(request, {}), http::Error);
    EXPECT_EQ(book.dialled().back(), "name stranger.invalid");
    std::ifstream(elsewhere.bait.path()).get();
    EXPECT_TRUE(elsewhere.bait.opened());
}

} // namespace
} // namespace efaxd::security
