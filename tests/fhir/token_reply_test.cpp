#include "fhir/site.hpp"
#include "fhir/token_reply.hpp"

namespace efaxd::fhir {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

http::Token read(const std::string& body) {
    http::Reply reply;
    reply.status = 200;
    reply.body = body;
    return read_token(reply);
}

TEST(TokenReply, reads_the_token) {
    const auto token = read(R"({"access_token":"abc.def","token_type":"bearer","expires_in":300})");
    EXPECT_EQ(token.value, "abc.def");
    EXPECT_EQ(token.lifetime, seconds{300});
}

TEST(TokenReply, reads_a_lifetime_in_a_string_and_guesses_a_missing_one) {
    EXPECT_EQ(read(R"({"access_token":"a","expires_in":"300"})").lifetime, minutes{5});
    for (const std::string body :
         {R"({"access_token":"a"})", R"({"access_token":"a","expires_in":null})",
          R"({"access_token":"a","expires_in":-5})", R"({"access_token":"a","expires_in":"x"})"})
        EXPECT_EQ(read(body).lifetime, minutes{5}) << body;
}

TEST(TokenReply, shortens_a_long_life_so_that_a_tenth_of_it_remains_at_renewal) {
    // TokenKeeper renews 60 s before the end: 3600 - 300 - 60 = 3240 s, nine tenths of an hour.
    EXPECT_EQ(read(R"({"access_token":"a","expires_in":3600})").lifetime, seconds{3300});
    EXPECT_EQ(read(R"({"access_token":"a","expires_in":99999999999})").lifetime,
              seconds{86'400 - 8'640 + 60});
}

TEST(TokenReply, takes_only_what_can_stand_in_a_header) {
    for (const std::string& body :
         {std::string(""), std::string("<html>"), std::string("{}"), std::string(R"({"access_token":""})"),
          std::string(R"({"access_token":"a\r\nX: y"})"), std::string(R"({"access_token":"a b"})"),
          std::string(R"({"access_token":7})"), std::string(R"({"access_token":"a","token_type":"mac"})"),
          R"({"access_token":")" + std::string(20'000, 'a') + "\"}"})
        EXPECT_EQ(fault_of([&] { read(body); }).reason, "fhir.bad_reply");
}

TEST(TokenReply, repeats_only_errors_it_knows) {
    EXPECT_EQ(token_error(R"({"error":"invalid_client","error_description":"secret of John"})"),
              "invalid_client");
    EXPECT_EQ(token_error(R"({"error":"John"})"), "");
    EXPECT_EQ(token_error("Missing grant_type"), "");
}

} // namespace
} // namespace efaxd::fhir
