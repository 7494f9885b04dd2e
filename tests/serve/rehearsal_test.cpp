#include "serve/rehearsal.hpp"

#include "serve/sample_routes.hpp"

#include <gtest/gtest.h>

namespace efaxd::serve {
namespace {

std::vector<Route> routes() {
    Route wide = echo("POST", "/wide");
    wide.most_body = 12000;
    wide.headers = {"prefer", "x-odd"};
    return {echo("GET", "/status"), echo("POST", "/fhir/R4/Communication/$send-efax"),
            echo("GET", "/faxes/{project}/{id}"), wide};
}

/// One word for each request, in order of their kinds.
std::string told(const Rehearsed& rehearsed) {
    std::string text;
    for (const Question& question : rehearsed.asked)
        text += question.method + ' ' + question.path + ' ' + std::to_string(question.body.size()) + ' ' +
                question.authorization + ';';
    for (const int status : rehearsed.refused)
        text += std::to_string(status) + ';';
    return text + (rehearsed.kept ? "kept" : "ended");
}

std::string rehearse(const std::string& bytes, std::size_t piece = 1000000) {
    return told(Rehearsal(routes()).run(bytes, piece));
}

struct Case {
    std::string bytes;
    std::string becomes;
};

std::vector<Case> cases() {
    const std::string host = " HTTP/1.1\r\nHost: x\r\n";
    const std::string chunked = "POST /wide" + host + "Transfer-Encoding: chunked\r\n";
    const std::string many(9000, 'b');
    return {
        {"", "kept"},
        {"GET /st", "kept"},
        {"GET /status" + host + "\r\n", "GET /status 0 ;kept"},
        {"GET /status" + host + "\r\nGET /status" + host + "\r\nHEAD /faxes/a/b" + host + "\r\nG",
         "GET /status 0 ;GET /status 0 ;HEAD /faxes/a/b 0 ;kept"},
        {"POST /fhir/R4/Communication/%24send-efax" + host + "Content-Length: 2\r\n\r\n{}",
         "POST /fhir/R4/Communication/$send-efax 2 ;kept"},
        {"GET /status HTTP/1.0\r\n\r\n", "GET /status 0 ;ended"},
        {"GET /status" + host + "Connection: close\r\n\r\nGET /status", "GET /status 0 ;ended"},
        {"GET /status" + host + "Content-Length: 4\r\n\r\nbodyGET /status" + host + "\r\n",
         "GET /status 4 ;GET /status 0 ;kept"},
        {"GET /nothing" + host + "\r\nPOST /status" + host + "\r\nGET /status" + host + "\r\n",
         "GET /status 0 ;404;405;kept"},
        {"POST /nothing" + host + "Content-Length: 4\r\n\r\nbody", "404;ended"},
        {"POST /status" + host + "Content-Length: 4\r\n\r\nbody", "405;ended"},
        {"GET http://x/status" + host + "\r\n", "400;kept"},
        {"nonsense\r\n\r\n", "400;ended"},
        {"POST /wide" + host + "Content-Length: 12001\r\n\r\n", "413;ended"},
        {"POST /fhir/R4/Communication/$send-efax" + host + "Content-Length: 9000\r\n\r\n" + many,
         "413;ended"},
        {"POST /wide" + host + "Content-Length: 9000\r\n\r\n" + many, "POST /wide 9000 ;kept"},
        {"POST /wide" + host + "Content-Length: 18446744073709551615\r\n\r\n", "413;ended"},
        {"POST /wide" + host + "Content-Length: 18446744073709551616\r\n\r\n", "400;ended"},
        {"POST /wide" + host + "Content-Length: -1\r\n\r\n", "400;ended"},
        {"POST /wide" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", "400;ended"},
        {"POST /wide" + host + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "400;ended"},
        {"POST /wide" + host + "Transfer-Encoding: gzip\r\n\r\nabc", "501;ended"},
        {"POST /wide" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "501;ended"},
        {"POST /wide" + host + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\na", "415;ended"},
        {chunked + "\r\n3\r\nwhy\r\n0\r\n\r\nGET /status" + host + "\r\n",
         "POST /wide 3 ;GET /status 0 ;kept"},
        {chunked + "\r\n0\r\n\r\n", "POST /wide 0 ;kept"},
        {chunked + "\r\n1;a=\"b\"\r\nx\r\n0;c\r\nX-Trailer: 1\r\nAuthorization: Bearer smuggled\r\n\r\n",
         "POST /wide 1 ;kept"},
        {chunked + "\r\n2328\r\n" + many + "\r\n2328\r\n" + many + "\r\n0\r\n\r\n", "413;ended"},
        {chunked + "\r\nfffffffffffffffff\r\n", "400;ended"},
        {chunked + "\r\n1\r\nxx\r\n0\r\n\r\n", "400;ended"},
        {chunked + "\r\n1;" + std::string(20000, 'e') + "\r\nx\r\n0\r\n\r\n", "431;ended"},
        {"GET /status" + host + "X-Long: " + std::string(5000, 'a') + "\r\n\r\n", "431;ended"},
        {"GET /" + std::string(5000, 'a') + host + "\r\n", "431;ended"},
        {"POST /wide" + host + "Authorization: Bearer a\r\n\r\n", "POST /wide 0 Bearer a;kept"},
        {"POST /wide" + host + "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n", "400;kept"},
        {"POST /wide" + host + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}", "POST /wide 2 ;kept"},
        {"POST /wide" + host + "Expect: 100-continue\r\nContent-Length: 99999\r\n\r\n", "413;ended"},
    };
}

TEST(Rehearsal, tells_what_becomes_of_any_bytes) {
    for (const Case& one : cases())
        EXPECT_EQ(rehearse(one.bytes), one.becomes) << one.bytes.substr(0, 200);
}

TEST(Rehearsal, comes_to_the_same_however_the_bytes_arrive) {
    for (const Case& one : cases())
        for (const std::size_t piece : {1u, 2u, 3u, 7u, 64u, 4096u})
            EXPECT_EQ(rehearse(one.bytes, piece), one.becomes) << piece << ": " << one.bytes.substr(0, 200);
}

TEST(Rehearsal, hands_over_the_headers_that_the_route_asked_for) {
    const auto rehearsed = Rehearsal(routes()).run("POST /wide HTTP/1.1\r\nHost: x\r\nX-ODD: a\r\n"
                                                   "Prefer: respond-async\r\nX-Odd: b\r\nX-Other: c\r\n"
                                                   "Content-Type: application/json\r\n\r\n",
                                                   100);
    ASSERT_EQ(rehearsed.asked.size(), 1u);
    const std::map<std::string, std::string> wanted = {{"prefer", "respond-async"}, {"x-odd", "a, b"}};
    EXPECT_EQ(rehearsed.asked.front().headers, wanted);
    EXPECT_EQ(rehearsed.asked.front().content_type, "application/json");
}

} // namespace
} // namespace efaxd::serve
