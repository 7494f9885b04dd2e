#include "clinic.hpp"

#include <iostream>

namespace efaxd::daemon {

void Clinic::TearDown() {
    const std::string log = efaxd.log();
    for (const char* const secret : {"sim-key", "10000001-2000000", "18005551212", "1303555", "RIVERSIDE"})
        EXPECT_EQ(log.find(secret), std::string::npos) << secret;
    if (HasFailure())
        std::cerr << "the daemon's log:\n" << log;
}

std::vector<std::string> Clinic::put(const std::string& user_id, int count) {
    sandbox::NewFaxes faxes;
    faxes.user_id = user_id;
    faxes.count = count;
    return sandbox.put_faxes(faxes);
}

void Clinic::receive_and_send_at_once() {
    efaxd.settings.owners = "none";
    efaxd.settings.send = "mode: live, follow: 100ms, look: 1s, pick_up: 100ms";
    efaxd.configure();
    auto style = sandbox.efax().style();
    style.send_seconds = 0;
    sandbox.efax().set_style(style);
}

std::uint64_t Clinic::mark() {
    const auto entries = sandbox.journal().entries();
    return entries.empty() ? 0 : entries.back().number;
}

std::size_t Clinic::requests(const std::string& endpoint, std::uint64_t after) {
    return sandbox.journal().count({.endpoint = endpoint, .after = after});
}

std::vector<std::string> Clinic::changes(std::uint64_t after) {
    std::vector<std::string> lines;
    for (const auto& entry : sandbox.journal().entries({.after = after}))
        if (entry.is_write() || entry.endpoint == "efax.image")
            lines.push_back(entry.method + ' ' + entry.target);
    return lines;
}

::testing::AssertionResult Clinic::all_arrived() const {
    const auto report = sandbox.oracle();
    if (report.clean() && report.rewritten.empty())
        return ::testing::AssertionSuccess() << report.line();
    auto failure = ::testing::AssertionFailure() << report.line();
    for (const auto& wrong : report.wrong)
        failure << "\n" << wrong.fax_id << ": " << wrong.reason;
    return failure;
}

::testing::AssertionResult Clinic::all_arrive(Patience patience) {
    const auto at_rest = [&] {
        const auto report = sandbox.oracle();
        if (!report.wrong.empty() || !report.twice.empty())
            return true; // waiting will not mend it
        if (!report.missing.empty())
            return false;
        const auto status = efaxd.status();
        const json::Value faxes = status.root()["faxes"];
        const json::Value stages = faxes["stages"];
        return faxes["waiting"].integer() == 0 && stages["delivered"].integer() == 0 &&
               faxes["held"].integer().value_or(0) + stages["acknowledged"].integer().value_or(0) >=
                   static_cast<std::int64_t>(report.faxes);
    };
    const bool done = efaxd.until(at_rest, patience);
    const auto arrived = all_arrived();
    if (arrived && !done)
        return ::testing::AssertionFailure()
               << "all arrived, but the daemon is not done: " << efaxd.ask("/status");
    return arrived;
}

bool Clinic::polled_again() {
    const auto ids = efaxd.mailbox_ids();
    const std::uint64_t from = mark();
    return efaxd.until([&] { return requests("efax.list", from) >= 4 * ids.size() + 2; });
}

sandbox::FaultRule answers(const std::string& endpoint, int status, std::int64_t count) {
    sandbox::FaultRule rule;
    rule.endpoint = endpoint;
    rule.status = status;
    rule.count = count;
    rule.body = endpoint.starts_with("fhir") ? sandbox::BodyStyle::outcome : sandbox::BodyStyle::efax;
    return rule;
}

sandbox::FaultRule trouble(const std::string& endpoint, sandbox::FaultKind kind, std::int64_t count) {
    sandbox::FaultRule rule;
    rule.endpoint = endpoint;
    rule.kind = kind;
    rule.count = count;
    return rule;
}

} // namespace efaxd::daemon
