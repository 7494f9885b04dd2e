#include "http/measured.hpp"

#include "efaxd/core/fault.hpp"
#include "efaxd/meter.hpp"
#include "fakes/fake_clock.hpp"
#include "http/error.hpp"

#include <gtest/gtest.h>

namespace efaxd::http {
namespace {

using namespace std::chrono_literals;

struct Measured : testing::Test {
    Reply ends(int status, Duration took = 0ms) {
        return measured(side, request, clock, [&] {
            clock.advance(took);
            Reply reply;
            reply.status = status;
            return reply;
        });
    }
    template <class Thrown>
    void throws(const Thrown& thrown) {
        EXPECT_THROW(measured(side, request, clock, [&]() -> Reply { throw thrown; }), Thrown);
    }
    bool says(const std::string& family, const std::string& labels, const std::string& value) const {
        return meter::text().find("efaxd_" + family + "{project=\"" + side.project +
                                  R"(",side="fhir",endpoint="Binary",method="POST")" + labels + "} " + value +
                                  '\n') != std::string::npos;
    }

    Side side{"measured", "fhir"};
    Request request = [] {
        Request one;
        one.method = Method::post;
        one.endpoint = "Binary";
        return one;
    }();
    fakes::FakeClock clock;
};

TEST_F(Measured, counts_a_request_by_how_it_ended_and_passes_the_reply_on) {
    side.project = "outcomes";
    for (const int status : {200, 201, 304, 404, 429, 503, 999})
        EXPECT_EQ(ends(status).status, status);
    throws(Error(Error::Kind::timed_out, true, "x"));
    throws(Error(Error::Kind::connect, false, "x"));
    for (const auto& [outcome, times] :
         std::initializer_list<std::pair<std::string, std::string>>{{"2xx", "2"},
                                                                    {"3xx", "1"},
                                                                    {"4xx", "1"},
                                                                    {"429", "1"},
                                                                    {"5xx", "1"},
                                                                    {"other", "1"},
                                                                    {"lost", "2"}})
        EXPECT_TRUE(says("requests_total", ",outcome=\"" + outcome + '"', times)) << outcome;
    EXPECT_TRUE(says("request_duration_seconds_count", "", "9"));
}

TEST_F(Measured, leaves_out_what_was_stopped_or_never_begun) {
    side.project = "unseen";
    throws(Stopped());
    throws(Error(Error::Kind::refused, false, "x"));
    EXPECT_EQ(meter::text().find("unseen"), std::string::npos);
}

TEST_F(Measured, takes_the_time_of_the_exchange) {
    side.project = "timed";
    ends(200, 300ms);
    EXPECT_TRUE(says("request_duration_seconds_bucket", R"(,le="0.25")", "0"));
    EXPECT_TRUE(says("request_duration_seconds_bucket", R"(,le="0.5")", "1"));
    EXPECT_TRUE(says("request_duration_seconds_sum", "", "0.3"));
}

} // namespace
} // namespace efaxd::http
