#include "log/line.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace efaxd::log {
namespace {

using namespace std::chrono_literals;

const Instant moment = std::chrono::sys_days{std::chrono::year{2026} / 10 / 3} + 14h + 7ms;

std::string said(Form form, const Event& event, const std::vector<Field>& fields = {}) {
    return line(form, moment, event, fields);
}

TEST(LogLine, begins_with_the_priority_for_the_journal) {
    EXPECT_EQ(
        said(Form::journal, fax_delivered, {project("clinic"), mailbox("clinic:system"), fax("12345678")}),
        "<6>fax.delivered: Communication created project=clinic mailbox=clinic:system fax=12345678");
    EXPECT_EQ(said(Form::journal, fax_held).substr(0, 3), "<3>");
    EXPECT_EQ(said(Form::journal, fax_waits).substr(0, 3), "<4>");
    EXPECT_EQ(said(Form::journal, fax_claimed).substr(0, 3), "<7>");
}

TEST(LogLine, begins_with_utc_time_and_level_for_a_terminal) {
    EXPECT_EQ(said(Form::text, fax_delivered, {project("clinic")}),
              "2026-10-03T14:00:00.007Z info fax.delivered: Communication created project=clinic");
    EXPECT_EQ(said(Form::text, fax_held), "2026-10-03T14:00:00.007Z error fax.held: held for a person");
}

TEST(LogLine, is_one_object_as_json) {
    EXPECT_EQ(said(Form::json, fax_waits, {fax("12345678"), wait(1500ms), count("attempts", 2)}),
              R"({"time":"2026-10-03T14:00:00.007Z","level":"warning","code":"fax.waits",)"
              R"("text":"step failed, will be tried again","fax":"12345678","wait_ms":1500,"attempts":2})");
}

TEST(LogLine, shows_every_kind_of_field) {
    const Fault fault(Fault::Kind::passing, "efax.unreachable", "no answer in time");
    EXPECT_EQ(
        said(Form::journal, fax_waits,
             {reason(fault.reason), resource("Organization/1"), place("/var/lib/efaxd"), peer(1000),
              count("faxes", -3), wait(30s), detail(fault)}),
        "<4>fax.waits: step failed, will be tried again reason=efax.unreachable resource=Organization/1 "
        "place=/var/lib/efaxd uid=1000 faxes=-3 wait_ms=30000 detail=\"no answer in time\"");
}

TEST(LogLine, escapes_whatever_could_forge_a_line_or_move_a_cursor) {
    for (int c = 0; c < 256; ++c) {
        const std::string value = "a" + std::string(1, static_cast<char>(c)) + "b";
        for (const Form form : {Form::journal, Form::text, Form::json})
            for (const char shown : said(form, fax_held, {fax(value)}))
                EXPECT_TRUE(shown >= ' ' && shown <= '~') << c;
    }
    EXPECT_EQ(said(Form::journal, fax_held, {fax("a\n<3>b")}),
              "<3>fax.held: held for a person fax=a\\x0a<3>b");
    EXPECT_EQ(said(Form::journal, fax_held, {fax("a fax=\"b\"")}),
              "<3>fax.held: held for a person fax=\"a fax=\\\"b\\\"\"");
    EXPECT_EQ(said(Form::journal, fax_held, {fax("")}), "<3>fax.held: held for a person fax=\"\"");
}

TEST(LogLine, stays_json_whatever_the_value) {
    const std::string text = said(Form::json, fax_held, {fax("a\"\\\n\xff")});
    EXPECT_NE(text.find(R"("fax":"a\"\\\\x0a\\xff")"), text.npos) << text;
}

TEST(LogLine, cuts_long_values) {
    const std::string prefix = "<3>fax.held: held for a person fax=";
    EXPECT_EQ(said(Form::journal, fax_held, {fax(std::string(256, 'x'))}), prefix + std::string(256, 'x'));
    EXPECT_EQ(said(Form::journal, fax_held, {fax(std::string(257, 'x'))}),
              prefix + std::string(256, 'x') + "...");
}

} // namespace
} // namespace efaxd::log
