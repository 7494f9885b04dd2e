// What strangers throw at the two doors.
#include "security/hostile.hpp"

#include "serve/open_door.hpp"
#include "serve/raw_client.hpp"
#include "serve/sample_routes.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <string>

namespace efaxd::security {
namespace {

using namespace serve;

template <class Opened>
class AnyDoor : public ::testing::Test {};
using Doors = ::testing::Types<OpenDoor, OpenTcpDoor>;
TYPED_TEST_SUITE(AnyDoor, Doors);

/// Answers, each of which has no header but those a door writes.
void expect_only_known_headers(const std::string& all) {
    static const std::regex header("(HTTP/1\\.1 [1-5][0-9]{2} .*|(Cache-Control|Content-Type|Content-Length|"
                                   "Connection|Allow): [ -~]*)");
    std::size_t at = 0;
    while (at < all.size()) {
        const std::size_t end = all.find("\r\n\r\n", at);
        ASSERT_NE(end, std::string::npos);
        std::size_t length = 0;
        for (std::size_t from = at; from < end;) {
            const std::size_t to = all.find("\r\n", from);
            const std::string line = all.substr(from, to - from);
            EXPECT_TRUE(std::regex_match(line, header)) << line;
            if (line.starts_with("Content-Length: "))
                length = std::stoul(line.substr(16));
            from = to + 2;
        }
        at = end + 4 + length;
    }
}

TYPED_TEST(AnyDoor, answers_hostile_paths_and_queries_with_headers_of_its_own_only) {
    TypeParam open(
        {echo("GET", "/faxes/{id}"), echo("POST", "/faxes/{id}/retry", true), echo("GET", "/faxes")});
    Hostile hostile(11);
    for (int i = 0; i < dose(1500); ++i) {
        const std::string word = hostile.word();
        std::string bytes;
        switch (hostile.below(4)) {
        case 0:
            bytes = "GET /faxes/" + word + " HTTP/1.1\r\nHost: x\r\n";
            break;
        case 1:
            bytes = "GET /faxes?after=" + word + " HTTP/1.1\r\nHost: x\r\n";
            break;
        case 2:
            bytes = "POST /faxes/" + word + "/retry HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n";
            break;
        default:
            bytes = "GET /faxes/1 HTTP/1.1\r\nHost: x\r\nX-" + word + ": " + word + "\r\n";
        }
        RawClient client(open.place());
        ASSERT_TRUE(client.connected());
        client.say(bytes + "Connection: close\r\n\r\n");
        expect_only_known_headers(client.hear_out());
    }
    EXPECT_TRUE(RawClient(open.place()).get("/faxes").starts_with("HTTP/1.1 200"));
}

} // namespace
} // namespace efaxd::security
