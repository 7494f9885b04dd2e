#include "efaxd/hearing.hpp"

#include "efaxd/log.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace efaxd::log {
namespace {

class Hearing : public testing::Test {
  protected:
    Hearing() {
        listen([this](const Heard& event) {
            codes.emplace_back(event.event.code);
            lines.emplace_back(event.json);
        });
    }
    ~Hearing() override {
        hear_from(std::nullopt);
        listen({});
    }

    std::vector<std::string> codes;
    std::vector<std::string> lines;
};

TEST_F(Hearing, hears_nothing_before_it_wants_to) {
    write(fax_delivered, {project("clinic")});
    EXPECT_TRUE(codes.empty());
}

TEST_F(Hearing, hears_what_the_level_of_the_log_hides) {
    configure(Level::error, Format::text);
    hear_from(Level::info);
    write(fax_claimed); // debug
    write(fax_delivered, {project("clinic"), count("pages", 2)});
    ASSERT_EQ(codes, std::vector<std::string>{"fax.delivered"});
    EXPECT_NE(lines[0].find(R"("level":"info","code":"fax.delivered","text":"Communication created")"
                            R"(,"project":"clinic","pages":2})"),
              std::string::npos)
        << lines[0];
    hear_from(Level::debug);
    write(fax_claimed);
    EXPECT_EQ(codes.back(), "fax.claimed");
}

TEST_F(Hearing, hears_no_more_once_another_listens) {
    hear_from(Level::info);
    listen({});
    write(fax_delivered);
    EXPECT_TRUE(codes.empty());
}

} // namespace
} // namespace efaxd::log
