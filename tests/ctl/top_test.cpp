// top without a terminal: what it knows, what its keys do, what it shows.
#include "desk.hpp"

#include "ctl/top_asker.hpp"
#include "ctl/top_view.hpp"

#include <gtest/gtest.h>

namespace efaxd::ctl {
namespace {

using namespace std::chrono_literals;
using terminal::Key;
using terminal::Size;
using Kind = TopWish::Kind;

std::string mailbox(const std::string& id, int waiting, int held, int delivered,
                    const std::string& more = {}) {
    return R"({"id":")" + id +
           R"(","last_success":"2026-10-03T13:59:30Z","next_poll":"2026-10-03T14:00:30Z",)" + more +
           R"("faxes":{"waiting":)" + std::to_string(waiting) + R"(,"held":)" + std::to_string(held) +
           R"(,"delivered":)" + std::to_string(delivered) + "}}";
}

Key letter(const std::string& text) { return {Key::Kind::text, text}; }

class Top : public testing::Test {
  protected:
    void take(const std::vector<std::string>& mailboxes, Duration later = {},
              const std::string& status = golden("status/status-well.json")) {
        std::string list;
        for (const std::string& one : mailboxes)
            list += (list.empty() ? "" : ",") + one;
        TopLook look;
        look.documents.push_back(json::Document::parse(status));
        look.documents.push_back(json::Document::parse(R"({"mailboxes":[)" + list + "]}"));
        look.give_to(model, golden_now() + later);
    }
    void take_three() {
        take({mailbox("clinic:a", 0, 0, 5), mailbox("clinic:b", 3, 2, 7), mailbox("clinic:c", 1, 0, 0)});
    }
    TopWish press(const std::string& text) { return model.press(letter(text), 10); }
    void press(Key::Kind kind) { model.press({kind, {}}, 2); }

    std::string chosen() const { return model.shown().at(model.selected())->id; }
    std::string order() const {
        std::string ids;
        for (const TopMailbox* const one : model.shown())
            ids += one->id.substr(7);
        return ids;
    }
    terminal::Frame frame(std::size_t width = 120, std::size_t height = 24, bool unicode = true) const {
        return top_frame(model, {width, height}, unicode, golden_now());
    }
    std::string screen(std::size_t width = 120, std::size_t height = 24, bool unicode = true) const {
        std::string text;
        for (const terminal::Line& line : frame(width, height, unicode))
            text += line.text + '\n';
        return text;
    }

    TopModel model;
};

TEST_F(Top, moves_over_the_mailboxes_and_stays_on_one_when_others_come) {
    take_three();
    EXPECT_EQ(chosen(), "clinic:a");
    press(Key::Kind::down);
    EXPECT_EQ(chosen(), "clinic:b");
    take({mailbox("clinic:0", 0, 0, 0), mailbox("clinic:b", 0, 0, 0), mailbox("clinic:z", 0, 0, 0)});
    EXPECT_EQ(chosen(), "clinic:b");
    press(Key::Kind::end);
    EXPECT_EQ(chosen(), "clinic:z");
    press("k");
    EXPECT_EQ(chosen(), "clinic:b");
    press(Key::Kind::page_up);
    press(Key::Kind::up);
    EXPECT_EQ(chosen(), "clinic:0");
    take({});
    press(Key::Kind::down);
    EXPECT_EQ(press("p"), TopWish{});
}

TEST_F(Top, asks_for_what_its_keys_say) {
    take({mailbox("clinic:a", 0, 0, 5), mailbox("clinic:b", 0, 0, 5, R"("paused":true,)")});
    EXPECT_EQ(press("p"), (TopWish{Kind::poll, "clinic:a"}));
    EXPECT_EQ(press("P"), TopWish{Kind::poll_all});
    EXPECT_EQ(press(" "), (TopWish{Kind::pause, "clinic:a"}));
    press("j");
    EXPECT_EQ(press(" "), (TopWish{Kind::resume, "clinic:b"}));
    EXPECT_EQ(press("x"), TopWish{});
    EXPECT_EQ(press("q"), TopWish{Kind::quit});
    EXPECT_EQ(model.press({Key::Kind::gone, {}}, 1), TopWish{Kind::quit});
}

TEST_F(Top, retries_held_faxes_only_after_a_yes) {
    take_three();
    EXPECT_EQ(press("r"), TopWish{});
    EXPECT_TRUE(says(screen(), "clinic:a has no held fax"));
    press("j");
    EXPECT_EQ(press("r"), TopWish{});
    EXPECT_TRUE(says(screen(), "retry the 2 held of clinic:b?")) << screen();
    EXPECT_EQ(press("n"), TopWish{});
    EXPECT_EQ(press("y"), TopWish{}); // there is no question any more
    press("r");
    EXPECT_EQ(press("y"), (TopWish{Kind::retry_held, "clinic:b"}));
}

TEST_F(Top, sorts_by_what_needs_a_look) {
    take_three();
    EXPECT_EQ(order(), "abc");
    press("s");
    press("s");
    EXPECT_EQ(model.sort(), TopSort::waiting);
    EXPECT_EQ(order(), "bca");
    press("s");
    EXPECT_EQ(order(), "bac");
    press("s");
    take({mailbox("clinic:a", 0, 0, 5), mailbox("clinic:b", 3, 2, 7), mailbox("clinic:c", 1, 0, 4)});
    EXPECT_EQ(order(), "cab");
    press("s");
    EXPECT_EQ(model.sort(), TopSort::name);
}

TEST_F(Top, filters_by_a_text_in_the_name) {
    take({mailbox("clinic:north", 0, 0, 0), mailbox("clinic:south", 0, 0, 0)});
    press("/");
    for (const char* const one : {"n", "o", "r", "x"})
        press(one);
    EXPECT_TRUE(says(screen(), "filter: norx_")) << screen();
    EXPECT_TRUE(says(screen(), "no mailbox has that in its name"));
    press(Key::Kind::backspace);
    press(Key::Kind::enter);
    EXPECT_EQ(order(), "north");
    EXPECT_TRUE(says(screen(), "filter: nor (1 of 2)"));
    EXPECT_EQ(press("q"), TopWish{Kind::quit}); // letters are keys again
    press(Key::Kind::escape);
    EXPECT_EQ(model.shown().size(), 2u);
}

TEST_F(Top, counts_arrivals_minute_by_minute) {
    take({mailbox("clinic:a", 0, 0, 5)});
    take({mailbox("clinic:a", 1, 0, 5)}, 1min);
    take({mailbox("clinic:a", 0, 0, 14)}, 2min);
    EXPECT_EQ(model.arrivals("clinic:a").sum(), 9);
    EXPECT_EQ(model.arrivals("clinic:a").sparkline(10, true), "·▁█");
    EXPECT_EQ(model.arrivals("clinic:a").sparkline(10, false), " .#");
    EXPECT_EQ(model.arrivals("clinic:a").sparkline(1, true), "█");
    take({mailbox("clinic:a", 0, 0, 14)}, 1h);
    EXPECT_EQ(model.arrivals("clinic:a").sum(), 0);
    take({mailbox("clinic:a", 0, 0, 3)}, 1h); // another ledger
    EXPECT_EQ(model.arrivals("clinic:a").sum(), 0);
}

TEST_F(Top, shows_verdict_figures_and_mailboxes) {
    take_three();
    const std::string shown = screen();
    EXPECT_TRUE(shown.starts_with("efaxd 0.1.0, up 1 h")) << shown;
    EXPECT_TRUE(says(shown, "well: 2 mailboxes read within the last minute, 1 fax waiting, 0 held\n"));
    EXPECT_TRUE(says(shown, "received: 1 waiting, 0 held, 14 delivered\n")) << shown;
    EXPECT_TRUE(says(shown, "sending:  1 under way, 0 held, 5 arrived, 0 not\n")) << shown;
    EXPECT_TRUE(says(shown, "hands: 1/32   disk: 12.0 GB free\n")) << shown;
    EXPECT_TRUE(says(shown, "MAILBOX   READ      NEXT     WAITING  HELD  DELIVERED")) << shown;
    EXPECT_TRUE(says(shown, "clinic:b  30 s ago  in 30 s        3     2          7")) << shown;
    EXPECT_EQ(frame().size(), 24u);
    int bars = 0;
    for (const terminal::Line& line : frame())
        bars += line.bar ? 1 : 0;
    EXPECT_EQ(bars, 1); // the chosen one
}

TEST_F(Top, shows_every_alarm_it_has_room_for) {
    take({mailbox("clinic:a", 0, 0, 5)}, {}, golden("status/status-ill.json"));
    EXPECT_TRUE(says(screen(), "NOT WELL: "));
    EXPECT_TRUE(says(screen(), "\nalarm: ")) << screen();
    EXPECT_EQ(frame().at(1).tone, terminal::Tone::bad);
}

TEST_F(Top, fits_every_size_of_terminal) {
    std::vector<std::string> many;
    for (int i = 100; i < 300; ++i)
        many.push_back(mailbox("clinic:Organization:a-rather-long-name-" + std::to_string(i), i, 0, i));
    take(many);
    for (int down = 0; down < 120; ++down)
        press(Key::Kind::down);
    for (const std::size_t width : {20u, 40u, 60u, 71u, 72u, 80u, 132u, 300u})
        for (const std::size_t height : {0u, 1u, 2u, 5u, 9u, 10u, 24u, 60u, 400u}) {
            const auto lines = frame(width, height);
            EXPECT_EQ(lines.size(), height);
            bool chosen_there = height < 10;
            for (const terminal::Line& line : lines)
                chosen_there |= line.bar;
            EXPECT_TRUE(chosen_there) << width << 'x' << height;
        }
    const std::string narrow = screen(50, 24);
    EXPECT_TRUE(says(narrow, "WAITING")) << narrow;
    EXPECT_FALSE(says(narrow, "ARRIVALS"));
    EXPECT_TRUE(says(screen(130, 24), "ARRIVALS"));
}

TEST_F(Top, keeps_what_it_saw_when_the_daemon_is_gone) {
    TopLook none;
    none.trouble = "nobody answers";
    none.give_to(model, golden_now());
    EXPECT_TRUE(says(screen(), "NO ANSWER: nobody answers\n")) << screen();
    take_three();
    EXPECT_FALSE(says(screen(), "NO ANSWER"));
    none.give_to(model, golden_now());
    EXPECT_TRUE(says(screen(), "NO ANSWER: nobody answers (what was seen just now)\n")) << screen();
    EXPECT_TRUE(says(screen(), "clinic:b"));
}

TEST_F(Top, explains_its_keys) {
    take_three();
    press("?");
    EXPECT_TRUE(says(screen(), "retry its held faxes"));
    EXPECT_EQ(frame(120, 5).size(), 5u);
    EXPECT_EQ(press("q"), TopWish{}); // goes back
    EXPECT_TRUE(says(screen(), "clinic:b"));
}

/// A daemon that notes what it is asked.
class TopQuestions : public testing::Test {
  protected:
    TopLook look(const TopWish& wish) {
        return look_for_top(
            [this](http::Method method, const std::string& target, Duration) -> Told {
                asked.push_back((method == http::Method::get ? "GET " : "POST ") + target);
                const auto found = answers.find(asked.back());
                return found == answers.end() ? Told{200, R"({"text":"done so"})"} : found->second;
            },
            wish);
    }
    std::map<std::string, Told> answers;
    std::vector<std::string> asked;
};

TEST_F(TopQuestions, read_status_and_all_pages_of_mailboxes) {
    answers["GET /mailboxes?limit=1000"] = {200, R"({"mailboxes":[],"next":"clinic:b c"})"};
    const TopLook seen = look({});
    EXPECT_EQ(asked, (std::vector<std::string>{"GET /status", "GET /mailboxes?limit=1000",
                                               "GET /mailboxes?limit=1000&after=clinic%3Ab%20c"}));
    EXPECT_EQ(seen.documents.size(), 3u);
    EXPECT_EQ(seen.trouble, "");
}

TEST_F(TopQuestions, carry_out_a_wish_and_tell_what_came_of_it) {
    EXPECT_EQ(look({Kind::pause, "clinic:a"}).word, "done so");
    EXPECT_EQ(asked.front(), "POST /mailboxes/clinic%3Aa/pause");
    answers["POST /poll"] = {403, R"({"error":{"code":"not_allowed","text":"You may look."}})"};
    EXPECT_EQ(look({Kind::poll_all, {}}).word, "You may look.");
}

TEST_F(TopQuestions, retry_the_held_faxes_of_a_mailbox_one_by_one) {
    answers["GET /faxes?held=true&limit=1000&mailbox=clinic%3Aa"] = {
        200, R"({"faxes":[{"project":"clinic","id":"one-1234"},{"project":"clinic","id":"two-1234"},)"
             R"({"project":"clinic","id":"three-12"}]})"};
    answers["POST /faxes/clinic%3Athree-12/retry"] = {409, R"({"error":{"code":"busy","text":"later"}})"};
    EXPECT_EQ(look({Kind::retry_held, "clinic:a"}).word, "2 faxes are tried again; later");
}

TEST_F(TopQuestions, tell_why_there_is_no_answer) {
    answers["GET /status"] = {200, "<html>"};
    const TopLook seen = look({});
    EXPECT_TRUE(seen.documents.empty());
    EXPECT_TRUE(says(seen.trouble, "no JSON"));
    EXPECT_EQ(look_for_top(
                  [](http::Method, const std::string&, Duration) -> Told { throw Unreachable("gone"); }, {})
                  .trouble,
              "gone");
}

TEST(TopCommand, needs_a_terminal) {
    Script script;
    EXPECT_EQ(script.run({"top", "--json"}), 64);
    EXPECT_TRUE(says(script.err, "watch --json"));
}

} // namespace
} // namespace efaxd::ctl
