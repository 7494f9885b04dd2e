#include "efax/faults.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace efaxd::efax {

using Kind = http::Error::Kind;

TEST(Faults, tell_apart_why_there_was_no_reply) { // F09, F10
    const std::vector<std::pair<Kind, std::string>> cases = {{Kind::resolve, "efax.unreachable"},
                                                             {Kind::connect, "efax.unreachable"},
                                                             {Kind::tls, "efax.tls"},
                                                             {Kind::timed_out, "efax.timed_out"},
                                                             {Kind::broken, "efax.broken"},
                                                             {Kind::too_large, "efax.too_large_reply"},
                                                             {Kind::refused, "efax.unreachable"}};
    for (const auto& [kind, reason] : cases)
        for (const bool sent : {false, true})
            for (const Call call :
                 {Call::sign_in, Call::list, Call::acknowledge, Call::remove, Call::status, Call::cancel}) {
                const Fault fault = fault_of(http::Error(kind, sent, "at host secret.example"), call);
                EXPECT_EQ(fault.reason, reason);
                EXPECT_EQ(fault.kind, Fault::Kind::passing) << reason;
                EXPECT_EQ(fault.detail.find("secret"), std::string::npos);
            }
}

TEST(Faults, hold_only_an_image_for_its_size) {
    const Fault image = fault_of(http::Error(Kind::too_large, true, ""), Call::image);
    EXPECT_EQ(image.reason, "efax.too_large");
    EXPECT_EQ(image.kind, Fault::Kind::lasting);
    EXPECT_EQ(fault_of(http::Error(Kind::timed_out, true, ""), Call::image).kind, Fault::Kind::passing);
}

TEST(Faults, know_a_submission_to_be_untaken_only_before_its_first_byte) { // F09, F10
    for (const Kind kind : {Kind::resolve, Kind::connect, Kind::tls, Kind::refused})
        EXPECT_EQ(fault_of(http::Error(kind, false, ""), Call::submit).kind, Fault::Kind::passing);
    for (const Kind kind : {Kind::tls, Kind::timed_out, Kind::broken}) {
        const Fault fault = fault_of(http::Error(kind, true, "at host secret.example"), Call::submit);
        EXPECT_EQ(fault.reason, "efax.submission_unanswered");
        EXPECT_EQ(fault.kind, Fault::Kind::unknown);
    }
    const Fault large = fault_of(http::Error(Kind::too_large, true, ""), Call::submit);
    EXPECT_EQ(large.reason, "efax.submission_unclear");
    EXPECT_EQ(large.kind, Fault::Kind::unknown);
}

TEST(Faults, a_gateway_in_between_does_not_refuse_a_fax_for_efax) {
    const auto fault = [](int status, const std::string& body) {
        http::Reply reply;
        reply.status = status;
        reply.body = body;
        return fault_of(reply, Call::submit, {});
    };
    const std::string page = "\n<html>not found</html>";
    const std::string error = R"({"errors":[{"error_code":"4000"}]})";
    for (const int status : {400, 404, 405, 415, 422}) {
        EXPECT_EQ(fault(status, page).kind, Fault::Kind::passing) << status;
        EXPECT_EQ(fault(status, page).reason, "efax.gateway_reply") << status;
        EXPECT_EQ(fault(status, error).kind, Fault::Kind::lasting) << status;
        EXPECT_EQ(fault(status, error).reason, "efax.submission_refused") << status;
    }
    for (const std::string body : {"", "no such path", R"({"message":"Not Found"})"})
        EXPECT_EQ(fault(404, body).kind, Fault::Kind::passing) << body;
    EXPECT_EQ(fault(400, "").kind, Fault::Kind::lasting);
    for (const std::string& body : {page, error, std::string()})
        EXPECT_EQ(fault(413, body).reason, "efax.too_large_to_send");
    EXPECT_EQ(fault(502, page).kind, Fault::Kind::unknown) << "it may have been taken";
}

TEST(Faults, never_speak_in_the_servers_words) {
    for (const int status : {200, 302, 400, 401, 403, 404, 408, 409, 413, 418, 500, 503, 599, 999})
        for (const Call call : {Call::sign_in, Call::list, Call::image, Call::acknowledge, Call::remove,
                                Call::submit, Call::status, Call::cancel}) {
            http::Reply reply;
            reply.status = status;
            reply.body = R"({"errors":[{"user_message":"Jane Roe 13035550123"}]})";
            const Fault fault = fault_of(reply, call, {});
            EXPECT_EQ(fault.detail.find("Jane"), std::string::npos);
            EXPECT_TRUE(fault.reason.starts_with("efax.")) << status;
            EXPECT_FALSE(fault.detail.empty()) << status;
        }
}

} // namespace efaxd::efax
