#include "desk.hpp"

#include "ctl/event_stream.hpp"

#include <gtest/gtest.h>

namespace efaxd::ctl {
namespace {

constexpr auto events = "GET /events?level=info";
const std::string delivered =
    R"({"time":"2026-10-03T14:00:00.007Z","level":"info","code":"fax.delivered","text":"Communication created",)"
    R"("project":"clinic","pages":2})";
const std::string held =
    R"({"time":"2026-10-03T14:00:01.000Z","level":"error","code":"fax.held","text":"held for a person"})";

std::string as_event(const std::string& name, const std::string& data) {
    return "event: " + name + "\ndata: " + data + "\n\n";
}

TEST(EventStream, takes_events_out_of_pieces_cut_anywhere) {
    const std::string whole =
        ": events\n\n" + as_event("a", "{1}") + ": heartbeat\n\nid: 7\n" + as_event("b", "{2}");
    for (std::size_t size = 1; size <= whole.size(); ++size) {
        EventStream stream;
        std::string heard;
        for (std::size_t at = 0; at < whole.size(); at += size)
            stream.take(whole.substr(at, size), [&](const std::string& name, const std::string& data) {
                heard += name + data + ' ';
            });
        EXPECT_EQ(heard, "a{1} b{2} ") << size;
    }
}

TEST(EventStream, leaves_out_what_is_too_long) {
    EventStream stream;
    std::string heard;
    stream.take(as_event("a", std::string(1u << 20, 'x')) + as_event("b", "{}"),
                [&](const std::string& name, const std::string&) { heard += name; });
    EXPECT_EQ(heard, "b");
}

TEST(Watch, shows_an_event_a_line) {
    Script script;
    script.streams[events] = {{{": events of efaxd\n\n" + as_event("fax.delivered", delivered)}}};
    EXPECT_EQ(script.run({"watch"}), 0);
    EXPECT_EQ(script.out, "14:00:00Z info    fax.delivered: Communication created  project=clinic pages=2\n");
    EXPECT_TRUE(says(script.err, "waiting for it to come back"));
}

TEST(Watch, goes_on_after_a_restart_of_the_daemon) {
    Script script;
    script.streams[events] = {{{as_event("fax.delivered", delivered), "broken"}},
                              {{"broken"}},
                              {{": events of efaxd\n\n", as_event("fax.held", held)}}};
    EXPECT_EQ(script.run({"watch"}), 0);
    EXPECT_TRUE(says(script.out, "fax.delivered")) << script.out;
    EXPECT_TRUE(says(script.out, "14:00:01Z error   fax.held: held for a person\n")) << script.out;
    EXPECT_TRUE(says(script.err, "the daemon is there again\n")) << script.err;
}

TEST(Watch, gives_lines_of_json_to_programs) {
    Script script;
    script.streams[events] = {{{as_event("fax.delivered", delivered), as_event("fax.held", held)}}};
    EXPECT_EQ(script.run({"watch", "--json"}), 0);
    EXPECT_EQ(script.out, delivered + '\n' + held + '\n');
}

TEST(Watch, asks_for_what_is_wanted_only) {
    Script script;
    script.streams["GET /events?level=debug&code=fax."] = {{{as_event("fax.delivered", delivered)}}};
    EXPECT_EQ(script.run({"watch", "--code", "fax.", "--level=debug"}), 0);
    EXPECT_TRUE(says(script.out, "fax.delivered"));
}

TEST(Watch, says_what_it_missed_and_listens_again_at_once) {
    Script script;
    script.streams[events] = {{{as_event("missed", R"({"missed":12})")}}, {{as_event("fax.held", held)}}};
    EXPECT_EQ(script.run({"watch"}), 0);
    EXPECT_TRUE(says(script.err, "12 events were missed"));
    EXPECT_TRUE(says(script.out, "fax.held"));
}

TEST(Watch, ends_where_there_is_no_daemon_or_it_refuses) {
    Script nobody;
    nobody.reachable = false;
    EXPECT_EQ(nobody.run({"watch"}), 69);
    Script crowded;
    crowded.streams[events] = {{{}, {503, R"({"error":{"code":"busy","text":"too many"}})"}}};
    EXPECT_EQ(crowded.run({"watch"}), 75);
    EXPECT_EQ(Script().run({"watch", "everything"}), 64);
}

TEST(Watch, ends_when_nobody_reads) {
    std::ofstream full("/dev/full");
    std::ostringstream err;
    const auto follow = [](http::Method, const std::string&,
                           const std::function<void(std::string_view)>& sink) {
        sink(as_event("fax.held", held));
        return Told{200, {}};
    };
    EXPECT_EQ(run({"watch"}, {full,
                              err,
                              "",
                              {},
                              [](const std::filesystem::path&) { return Ask{}; },
                              [&](const std::filesystem::path&) { return Follow(follow); },
                              [](Duration) { return true; }}),
              74);
}

} // namespace
} // namespace efaxd::ctl
