// Presets, named faults, and the single faults and styles that they are made of.
#include "sandbox/modes.hpp"

#include "sandbox/command_line.hpp"
#include "sandbox/presets.hpp"
#include "sandbox/world.hpp"

#include <set>

namespace efaxd::sandbox::test {
namespace {

class Modes : public World {
  protected:
    void fault(const std::string& endpoint, FaultKind kind, std::uint64_t bytes = 0) {
        FaultRule rule;
        rule.endpoint = endpoint;
        rule.kind = kind;
        rule.bytes = bytes;
        sandbox.faults().add(rule);
    }
    template <class Change>
    void restyle(Change change) {
        auto style = sandbox.efax().style();
        change(style);
        sandbox.efax().set_style(style);
    }
    std::string image_path(const std::string& id) { return "/faxes/" + id + "/image?desired_format=PDF"; }
};

TEST_F(Modes, are_36_and_all_can_begin_by_the_control_api) {
    std::set<std::string_view> names;
    for (const Mode& mode : modes()) {
        names.insert(mode.name);
        EXPECT_EQ(control("POST", "/modes", R"({"name":")" + std::string(mode.name) + "\"}").status, 200);
    }
    EXPECT_EQ(names.size(), 36U);
    EXPECT_EQ(control("POST", "/modes", R"({"name":"F37"})").status, 400);
    EXPECT_NE(control("GET", "/modes").body.find("F36"), std::string::npos);
    sandbox.reset();
    EXPECT_EQ(control("POST", "/modes", R"({"name":"F05"})").status, 400) << "nobody is there";
}

TEST_F(Modes, presets_are_taken_on_by_the_control_api_and_tell_the_new_address) {
    for (const auto name : preset_names)
        EXPECT_EQ(control("POST", "/presets", R"({"name":")" + std::string(name) + "\"}").status, 200);
    EXPECT_EQ(control("POST", "/presets", R"({"name":"friendly"})").status, 400);
    const auto answer = control("POST", "/presets", R"({"name":"mainstay"})");
    EXPECT_EQ(member(answer.body, "efax"), sandbox.efax_url());
    EXPECT_TRUE(sandbox.efax_url().ends_with("/opc/v1"));
}

TEST_F(Modes, command_line_takes_presets_and_modes) {
    const auto line = parse_command_line(
        {"--preset", "mainstay", "--mode=F07", "--mode", "F12", "--set", "efax.prefix=/x"});
    EXPECT_EQ(line.modes, (std::vector<std::string>{"F07", "F12"}));
    apply_settings(sandbox, line);
    EXPECT_EQ(sandbox.efax().style().prefix, "/x");
    EXPECT_EQ(sandbox.efax().style().token_seconds, 3'600);
    EXPECT_THROW(parse_command_line({"--mode", "F99"}), BadCall);
    EXPECT_THROW(parse_command_line({"--preset", "none"}), BadCall);
    for (const Mode& mode : modes())
        EXPECT_NE(usage().find(mode.name), std::string::npos);
}

TEST_F(Modes, a_prefix_belongs_to_every_path_but_that_of_tokens) {
    restyle([](auto& style) { style.prefix = "/opc/v1"; });
    sandbox.put_fax();
    EXPECT_EQ(efax("GET", "/faxes/received").status, 200) << "the address has it";
    const Headers access{{"Authorization", "Bearer " + token()}, {"user-id", system_user}};
    EXPECT_EQ(Wire(sandbox.efax_url()).exchange("GET", "/faxes/received", access).status, 404);
    EXPECT_NE(Wire(sandbox.efax_url()).exchange("POST", "/tokens").status, 404);
}

TEST_F(Modes, varied_styles_are_the_same_for_the_same_seed_and_request) {
    sandbox.put_fax();
    const auto play = [&] {
        sandbox.efax().set_style(preset_style("hostile"));
        std::string all;
        for (int i = 0; i < 6; ++i)
            all += efax_as(system_user, "/faxes/received").body + "\n";
        return all;
    };
    const auto first = play();
    EXPECT_EQ(first, play());
    const auto lines = split(first, '\n');
    EXPECT_GT(std::set<std::string>(lines.begin(), lines.end()).size(), 3U);
}

TEST_F(Modes, lists_repeat_and_end_as_they_are_told) {
    sandbox.put_faxes({.count = 60});
    restyle([](auto& style) { style.repeats = RepeatStyle::behind; });
    const auto first = listed();
    ASSERT_EQ(first.size(), 100U);
    EXPECT_EQ(first[0], first[60]);
    EXPECT_EQ(listed({}, {{"pagination-offset", "100"}}).size(), 20U);
    restyle([](auto& style) { style.repeats = RepeatStyle::beside; });
    EXPECT_EQ(listed()[0], listed()[1]);
    restyle([](auto& style) {
        style.repeats = RepeatStyle::none;
        style.limit = LimitStyle::few;
        style.past_end = EndStyle::missing;
    });
    EXPECT_EQ(listed().size(), 20U);
    EXPECT_EQ(efax("GET", "/faxes/received", {}, {{"pagination-offset", "60"}}).status, 404);
    restyle([](auto& style) { style.limit = LimitStyle::all; });
    EXPECT_EQ(listed().size(), 60U);
}

TEST_F(Modes, what_comes_before_a_request_counts_for_it) {
    const auto ids = sandbox.put_faxes({.count = 3});
    token();
    fault("efax.list", FaultKind::arrival);
    EXPECT_EQ(listed().size(), 4U);
    fault("efax.list", FaultKind::rival_reads);
    EXPECT_EQ(listed("?image_downloaded=false").size(), 3U);
    fault("efax.list", FaultKind::rival_deletes);
    EXPECT_EQ(listed().size(), 3U);
    fault("efax.list", FaultKind::token_ends);
    EXPECT_EQ(efax("GET", "/faxes/received").status, 401);
    token_.clear();
    token();
    fault("efax.list", FaultKind::token_taken);
    EXPECT_EQ(efax("GET", "/faxes/received").status, 401);
}

TEST_F(Modes, odd_documents_are_whole_and_their_own) {
    for (const auto shape : {DocumentShape::no_pages, DocumentShape::encrypted}) {
        const DocumentPlan plan{.text = "odd", .pages = 2, .size = 4'000, .shape = shape};
        const auto bytes = FaxDocument(plan, DocumentKind::pdf).bytes();
        EXPECT_EQ(bytes.size(), 4'000U);
        EXPECT_TRUE(bytes.ends_with("%%EOF\n"));
        EXPECT_EQ(bytes.find("/Encrypt") != std::string::npos, shape == DocumentShape::encrypted);
        EXPECT_EQ(bytes.find("/Count 0") != std::string::npos, shape == DocumentShape::no_pages);
    }
}

TEST_F(Modes, an_image_may_be_late_and_a_shut_door_refuses) {
    NewFaxes late;
    late.image_after = std::chrono::minutes{5};
    const auto id = sandbox.put_faxes(late).front();
    EXPECT_EQ(efax_as(system_user, image_path(id)).status, 404);
    sandbox.clock().advance(std::chrono::minutes{6});
    EXPECT_EQ(efax_as(system_user, image_path(id)).status, 200);
    const auto url = sandbox.efax_url();
    EXPECT_EQ(control("POST", "/doors", R"({"efax":false})").status, 200);
    EXPECT_ANY_THROW(efax("GET", "/health"));
    EXPECT_EQ(control("POST", "/doors", "{}").status, 200);
    EXPECT_EQ(sandbox.efax_url(), url);
    EXPECT_EQ(efax("GET", "/health").status, 200);
}

TEST_F(Modes, broken_replies_are_broken) {
    const auto id = sandbox.put_fax();
    token();
    for (const auto kind : {FaultKind::reset, FaultKind::reset_reply}) {
        fault("efax.image", kind, 50);
        EXPECT_FALSE(efax_as(system_user, image_path(id)).whole) << name_of(kind);
    }
    fault("efax.image", FaultKind::cut_chunked, 50);
    const auto chunked = efax_as(system_user, image_path(id));
    EXPECT_EQ(chunked.header("transfer-encoding"), "chunked");
    EXPECT_EQ(chunked.header("content-length"), "");
    fault("efax.image", FaultKind::cut_json);
    const auto half = efax_as(system_user, image_path(id));
    EXPECT_EQ(half.status, 200);
    EXPECT_ANY_THROW(json::Document::parse(half.body));
}

} // namespace
} // namespace efaxd::sandbox::test
