#include "efaxd/meter.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <regex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace efaxd::meter {
namespace {

using namespace std::chrono_literals;

bool says(const std::string& line) { return text().find(line + '\n') != std::string::npos; }

TEST(Meter, counts_each_set_of_labels_by_itself) {
    count(polls, {{"project", "one"}, {"outcome", "ok"}});
    count(polls, {{"project", "one"}, {"outcome", "ok"}});
    count(polls, {{"project", "one"}, {"outcome", "failed"}}, 40);
    EXPECT_TRUE(says(R"(efaxd_polls_total{project="one",outcome="ok"} 2)")) << text();
    EXPECT_TRUE(says(R"(efaxd_polls_total{project="one",outcome="failed"} 40)"));
}

TEST(Meter, adds_up_the_buckets_of_a_histogram) {
    for (const Duration took : {Duration{-5ms}, Duration{50ms}, Duration{51ms}, Duration{2s}, Duration{48h}})
        observe(step_seconds, {{"step", "test"}}, took);
    const std::string name = "efaxd_fax_step_duration_seconds";
    EXPECT_TRUE(says(name + R"(_bucket{step="test",le="0.05"} 2)")) << text();
    EXPECT_TRUE(says(name + R"(_bucket{step="test",le="0.1"} 3)"));
    EXPECT_TRUE(says(name + R"(_bucket{step="test",le="1"} 3)"));
    EXPECT_TRUE(says(name + R"(_bucket{step="test",le="2.5"} 4)"));
    EXPECT_TRUE(says(name + R"(_bucket{step="test",le="86400"} 4)"));
    EXPECT_TRUE(says(name + R"(_bucket{step="test",le="+Inf"} 5)"));
    EXPECT_TRUE(says(name + R"(_sum{step="test"} 172802.101)"));
    EXPECT_TRUE(says(name + R"(_count{step="test"} 5)"));
}

TEST(Meter, loses_nothing_between_threads) {
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([] {
                for (int n = 0; n < 1000; ++n)
                    count(requests, {{"project", "threads"}});
            });
    }
    EXPECT_TRUE(says(R"(efaxd_requests_total{project="threads"} 4000)"));
}

TEST(Meter, escapes_what_would_end_a_label) {
    EXPECT_EQ(label_text({{"a", "x\"y\\z\n"}, {"b", ""}}), R"({a="x\"y\\z\n",b=""})");
    EXPECT_EQ(label_text({}), "");
}

TEST(Meter, names_families_as_prometheus_wants_them) {
    static const std::regex counters("[a-z_]+_total");
    static const std::regex histograms("[a-z_]+_seconds");
    std::set<std::string_view> names;
    for (const Family& family : all_families()) {
        const bool counter = family.kind == Kind::counter;
        EXPECT_TRUE(std::regex_match(std::string(family.name), counter ? counters : histograms))
            << family.name;
        EXPECT_TRUE(names.insert(family.name).second) << family.name;
        EXPECT_EQ(family.help.back(), '.') << family.name;
    }
}

} // namespace
} // namespace efaxd::meter
