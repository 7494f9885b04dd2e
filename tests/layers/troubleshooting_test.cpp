// docs/troubleshooting.md is what an administrator looks a code up in: it must know them all, and no others.
#include "layers/house.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace efaxd::layers {
namespace {

using Codes = std::set<std::string>;

/// The first group of every match.
Codes all(const std::string& text, const std::regex& pattern) {
    Codes codes;
    for (std::sregex_iterator found(text.begin(), text.end(), pattern), end; found != end; ++found)
        codes.insert((*found)[1]);
    return codes;
}

/// The part of the document under one heading of second order.
std::string section(const std::string& heading) {
    const std::string text = read_in_tree("docs/troubleshooting.md");
    const auto start = text.find("\n## " + heading + "\n");
    if (start == text.npos)
        throw std::runtime_error("no section " + heading);
    return text.substr(start, text.find("\n## ", start + 1) - start);
}

/// Reason codes that any room gives to a Fault or to an oddity.
Codes reasons_in_code() {
    static const std::regex literal(
        R"re("((?:efax|fhir|spool|ledger|document|mailbox|source|send|operator)\.[a-z_]+)")re");
    Codes codes;
    for (const SourceFile& file : sources()) {
        if (file.room == "config" || file.room == "sandbox" || file.room == "ctl")
            continue;           // dotted keys of the file, and programs that meet no Fault
        if (file.room != "log") // events have codes of their own
            codes.merge(all(file.text, literal));
    }
    codes.erase("ledger.db");     // the file
    codes.erase("ledger.mark");   // the file beside it
    codes.erase("send.document"); // the beginning of several
    return codes;
}

Codes event_codes() {
    static const std::regex event(R"re(X\(\w+, "([a-z_.]+)")re");
    return all(read_in_tree("include/efaxd/events.hpp"), event);
}

TEST(Troubleshooting, has_a_text_for_every_event_and_for_no_other) {
    static const std::regex heading(R"re(\n### `([a-z_.]+)`\n)re");
    EXPECT_GT(event_codes().size(), 40u);
    EXPECT_EQ(all(section("Events"), heading), event_codes());
}

TEST(Troubleshooting, says_cause_and_cure_of_every_reason_and_of_no_other) {
    static const std::regex row(R"re(\n\| `([a-z_.]+)` \| [^|\n]+ \| [^|\n]+ \|)re");
    const Codes explained = all(section("Reasons"), row);
    const Codes used = reasons_in_code();
    for (const std::string& code : used) // an event's code may be spoken of without being a reason as well
        EXPECT_TRUE(explained.contains(code) || event_codes().contains(code)) << code << " has no text";
    for (const std::string& code : explained)
        EXPECT_TRUE(used.contains(code)) << code << " is nowhere used";
}

} // namespace
} // namespace efaxd::layers
