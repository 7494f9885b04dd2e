// The alert rules and the dashboard name only what efaxd exports, and every alarm has its alert and its text.
#include "layers/house.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace efaxd::layers {
namespace {

using Names = std::set<std::string>;

/// The first group of every match.
Names all(const std::string& text, const std::string& pattern) {
    const std::regex expression(pattern);
    Names names;
    for (std::sregex_iterator found(text.begin(), text.end(), expression), end; found != end; ++found)
        names.insert((*found)[1]);
    return names;
}

const std::string rules = "packaging/prometheus/efaxd.rules.yml";
const std::string dashboard = "packaging/grafana/efaxd.json";

/// Every family of GET /metrics: those of the status by the golden file of what it shows, and those that are
/// counted.
Names exported() {
    Names names = all(read_in_tree("tests/golden/status/metrics.txt"), R"(# TYPE (\w+) )");
    const std::string meters = read_in_tree("include/efaxd/meter.hpp");
    for (const auto& name : all(meters, R"re(X\(\w+, "(\w+)", counter)re"))
        names.insert("efaxd_" + name);
    for (const auto& name : all(meters, R"re(X\(\w+, "(\w+)", histogram)re"))
        for (const char* part : {"_bucket", "_sum", "_count"})
            names.insert("efaxd_" + name + part);
    return names;
}

Names events() { return all(read_in_tree("include/efaxd/events.hpp"), R"re(X\(\w+, "([a-z_.]+)")re"); }

/// The codes that alarm_codes() lists, by the events' names there.
Names alarm_codes() {
    const std::string text = read_in_tree("src/serve/alarms.cpp");
    const std::string header = read_in_tree("include/efaxd/events.hpp");
    Names codes;
    for (const auto& name : all(text.substr(text.find("std::array codes")), R"((\w+)\.code)"))
        codes.merge(all(header, R"re(X\()re" + name + R"re(, "([a-z_.]+)")re"));
    return codes;
}

TEST(Metrics, named_by_the_rules_and_the_dashboard_are_exported) {
    const Names there = exported();
    EXPECT_GT(there.size(), 50u);
    for (const auto& file : {rules, dashboard}) {
        const Names named = all(read_in_tree(file), R"(\b((?:efaxd|process)_\w+))");
        EXPECT_GT(named.size(), 5u) << file;
        for (const auto& name : named)
            EXPECT_TRUE(there.contains(name)) << file << " names " << name;
    }
}

TEST(Metrics, of_the_rules_carry_codes_that_there_are) {
    const std::string text = read_in_tree(rules);
    for (const auto& code : all(text, R"re(efaxd_events_total\{code="([^"]+)")re"))
        EXPECT_TRUE(events().contains(code)) << code;
}

TEST(Alarms, have_an_alert_each_with_remedy_and_text) {
    const std::string text = read_in_tree(rules);
    const Names codes = alarm_codes();
    EXPECT_GT(codes.size(), 20u);
    EXPECT_EQ(all(text, R"re(efaxd_alarm\{code="([^"]+)"\} > 0)re"), codes);
    for (const auto& code : codes)
        EXPECT_TRUE(events().contains(code)) << code;
    const std::regex alert(R"re(- alert: (\w+)\n)re");
    const std::regex whole(
        R"re(- alert: \w+\n +expr: .+\n(?: +for: \d+m\n)? +labels: \{ severity: (?:critical|warning) \}\n +annotations:\n +summary: ".+"\n +remedy: ".+"\n +troubleshooting: [a-z_.]+\n)re");
    const auto count = [&](const std::regex& what) {
        return std::distance(std::sregex_iterator(text.begin(), text.end(), what), std::sregex_iterator());
    };
    EXPECT_EQ(count(alert), count(whole)) << "an alert lacks its severity, remedy or code";
    const std::string help = read_in_tree("docs/troubleshooting.md");
    for (const auto& code : all(text, R"(troubleshooting: ([a-z_.]+))"))
        EXPECT_NE(help.find("`" + code + "`"), std::string::npos) << code;
}

TEST(Alarms, that_the_board_can_raise_are_all_known_to_the_metrics) {
    const std::string header = read_in_tree("include/efaxd/events.hpp");
    const std::string board = read_in_tree("src/app/board.cpp") + read_in_tree("src/app/daemon.cpp");
    Names raised;
    for (const auto& pattern :
         {R"(add_alarm(?:_about)?\([^;]*log::(\w+)\);)", R"(alarms\.emplace_back\(log::(\w+))"})
        for (const auto& name : all(board, pattern))
            raised.merge(all(header, R"re(X\()re" + name + R"re(, "([a-z_.]+)")re"));
    EXPECT_EQ(raised, alarm_codes());
}

TEST(Alerts, are_each_tested_to_fire_and_to_end) {
    const std::string tests = read_in_tree("packaging/prometheus/efaxd.tests.yml");
    for (const auto& alert : all(read_in_tree(rules), R"(- alert: (\w+))")) {
        EXPECT_NE(tests.find("alertname: " + alert + "\n        exp_alerts:\n"), std::string::npos) << alert;
        EXPECT_NE(tests.find("alertname: " + alert + "\n        exp_alerts: []\n"), std::string::npos)
            << alert;
    }
}

} // namespace
} // namespace efaxd::layers
