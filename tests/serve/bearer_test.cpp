#include "serve/bearer.hpp"

#include <gtest/gtest.h>

namespace efaxd::serve {
namespace {

TEST(Bearer, is_read_however_its_scheme_is_spelled) {
    for (const char* header : {"Bearer abc.d-e_f~+/=", "bearer abc.d-e_f~+/=", "BEARER   abc.d-e_f~+/=  ",
                               " \tBeArEr\tabc.d-e_f~+/="})
        EXPECT_EQ(bearer_of(header), "abc.d-e_f~+/=") << header;
}

TEST(Bearer, is_nothing_for_other_schemes_and_for_what_is_no_token) {
    for (const std::string header : {"", "   ", "Bear", "Bearer", "Bearer ", "Bearerabc", "Basic YTpi", "abc",
                                     "Bearer a b", "Bearer a\tb", "Bearer a\x80", "Bearer a\x01z"})
        EXPECT_EQ(bearer_of(header), "") << header;
    EXPECT_EQ(bearer_of(std::string("Bearer a\0b", 10)), "");
}

} // namespace
} // namespace efaxd::serve
