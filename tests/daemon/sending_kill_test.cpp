// kill -9 at any moment of sending, with lost answers and errors after acceptance: no number gets a document
// twice, and every fax ends as completed, stopped, or held with a reason.
#include "clinic.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

namespace efaxd::daemon {
namespace {

using sandbox::FaultKind;

class SendingKill : public Clinic {
  protected:
    SendingKill() {
        efaxd.settings.settle = "200ms";
        efaxd.settings.poll = "1s";
        efaxd.settings.send = "mode: live, follow: 100ms, look: 2s, at_once: 50, per_hour: 10000";
        auto style = sandbox.efax().style();
        style.send_seconds = 1;
        sandbox.efax().set_style(style);
    }

    /// As many as EFAXD_KILLS says.
    static int kills() {
        const char* const wanted = std::getenv("EFAXD_KILLS");
        return wanted == nullptr ? 15 : std::atoi(wanted);
    }
    /// The moments differ from run to run; EFAXD_SEED repeats one.
    static std::uint64_t seed() {
        const char* const wanted = std::getenv("EFAXD_SEED");
        return wanted == nullptr ? std::random_device{}() : std::strtoull(wanted, nullptr, 10);
    }

    void foul_weather() {
        const auto sometimes = [this](const std::string& endpoint, FaultKind kind, double probability) {
            auto rule = trouble(endpoint, kind, -1);
            rule.probability = probability;
            rule.status = 502;
            rule.delay = Patience{40};
            fault(rule);
        };
        sometimes("efax.send", FaultKind::lose_reply, 0.15);
        sometimes("efax.send", FaultKind::status_after, 0.15);
        sometimes("efax.send", FaultKind::hang_up, 0.1);
        sometimes("efax.send", FaultKind::status, 0.1);
        sometimes("efax.send", FaultKind::delay, 0.8);
        sometimes("efax.sent", FaultKind::status, 0.1);
        sometimes("efax.details", FaultKind::status, 0.1);
        sometimes("fhir.update", FaultKind::lose_reply, 0.1);
        sometimes("fhir.patch", FaultKind::lose_reply, 0.1);
        sometimes("fhir.patch", FaultKind::delay, 0.5);
    }

    void put_some() {
        for (int one = 0; one < 3; ++one) {
            const int number = static_cast<int>(faxes_.size());
            sandbox::NewOutbound wanted;
            // Some numbers are busy, a few stand for two recipients.
            wanted.numbers = {"+1303555" + std::to_string(number % 10 == 7 ? 9041 : 1000 + number % 7000)};
            if (number % 10 == 3)
                wanted.numbers.push_back("+1720555" + std::to_string(1000 + number % 7000));
            wanted.text = "referral " + std::to_string(number);
            faxes_.push_back(sandbox.put_outbound(wanted));
        }
    }

    /// As an application: asks, and asks again twice when the answer is an error or none.
    void call(const sandbox::Outbound& fax) const {
        for (int time = 0; time < 3; ++time) {
            try {
                if (efaxd.call("/fhir/R4/Communication/$send-efax", fax.json).status < 500)
                    return;
            } catch (const std::exception&) { // it is dead, or not there yet
            }
        }
    }

    /// As several applications at once: a call about an unknown outcome waits for it.
    void call_all() const {
        constexpr std::size_t applications = 8;
        std::vector<std::jthread> callers;
        for (std::size_t first = 0; first < applications; ++first)
            callers.emplace_back([this, first] {
                for (std::size_t at = first; at < faxes_.size(); at += applications)
                    call(faxes_[at]);
            });
    }

    void kill_again_and_again(bool calls) {
        const std::uint64_t chosen = seed();
        std::cout << "EFAXD_SEED=" << chosen << '\n';
        sandbox::Dice dice(chosen);
        efaxd.configure();
        foul_weather();
        for (int kill = 0; kill < kills(); ++kill) {
            put_some();
            const std::uint64_t from = mark();
            efaxd.start();
            std::vector<std::jthread> callers;
            if (calls)
                for (auto fax = faxes_.end() - 3; fax != faxes_.end(); ++fax)
                    callers.emplace_back([this, fax = *fax] { call(fax); });
            // In the midst of work, however fast the machine is.
            sandbox.journal().wait_for({.after = from}, dice() % 40, Patience{2'000});
            const Patience moment{dice() % 40};
            ASSERT_EQ(efaxd.child().wait(moment), std::nullopt) << "it ended by itself:\n" << efaxd.log();
            efaxd.kill();
        }
        efaxd.start();
        if (calls)
            call_all();
        EXPECT_TRUE(efaxd.until([&] { return all_are_over(); },
                                std::chrono::minutes{3} + std::chrono::seconds{kills()}));
        judge();
        EXPECT_EQ(efaxd.stop(), 0);
    }

    bool all_are_over() const {
        const auto rows = efaxd.transmissions();
        std::set<std::string> communications;
        for (const auto& row : rows)
            communications.insert(row.key.communication);
        return communications.size() == faxes_.size() &&
               std::ranges::all_of(rows, [](const Transmission& row) { return row.over() || row.held; });
    }

    void judge() {
        const auto report = sandbox.send_oracle();
        std::map<std::string, int> ends;
        for (const auto& row : efaxd.transmissions()) {
            ++ends[row.held ? "held" : std::string(name_of(row.outcome))];
            EXPECT_TRUE(!row.held || !row.reason.empty());
        }
        std::cout << report.line();
        for (const auto& [end, times] : ends)
            std::cout << ", " << times << ' ' << end;
        std::cout << '\n';
        EXPECT_TRUE(report.sent_twice.empty());
        EXPECT_TRUE(report.wrong.empty()) << report.wrong.front().reason;
        for (const auto& fax : report.untold)
            EXPECT_TRUE(waits_for_a_held_one(fax)) << fax;
        EXPECT_EQ(ends["open"], 0);
        // What eFax took was found again: only what it never took may be held.
        EXPECT_TRUE(report.unfiled.empty());
    }

    /// Of several recipients all must have ended before the Communication says so.
    bool waits_for_a_held_one(const std::string& fax_id) const {
        const auto rows = efaxd.transmissions();
        const auto row = std::ranges::find(rows, fax_id, &Transmission::fax_id);
        return row != rows.end() && std::ranges::any_of(rows, [&](const Transmission& other) {
                   return other.held && other.key.communication == row->key.communication;
               });
    }

    std::vector<sandbox::Outbound> faxes_;
};

TEST_F(SendingKill, sends_nothing_twice_for_callers_who_repeat_their_calls) {
    efaxd.settings.callers = "fhir";
    sandbox.fhir().auth().add_caller({.token = "sim-caller"});
    kill_again_and_again(true);
}

TEST_F(SendingKill, sends_nothing_twice_of_what_it_picks_up) {
    efaxd.settings.send += ", pick_up: 100ms";
    kill_again_and_again(false);
}

} // namespace
} // namespace efaxd::daemon
