// Every reply of either side is lost: after no byte, one, some and nearly all; before and after the server
// acts, and with a server that acts only when the client is gone; on new connections and on kept ones.
// Nothing is lost, and nothing is done twice.
//
// EFAXD_LOST_REPLIES of them in all, a sixth of them in each test; EFAXD_SEED repeats a run.
#include "matrix/clinic.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>

namespace efaxd::matrix {
namespace {

using sandbox::FaultKind;
using sandbox::FaultRule;
using sandbox::OnConnection;

struct Way {
    FaultKind kind;
    std::uint64_t bytes = 0;
    Duration later{};
};

const std::array<Way, 7> ways{{{FaultKind::lose_reply},
                               {FaultKind::cut_reply, 1},
                               {FaultKind::cut_reply, 30},
                               {FaultKind::cut_reply, 1u << 30},
                               {FaultKind::hang_up},
                               {FaultKind::late, 0, 3ms},
                               {FaultKind::late, 0, 40ms}}};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// Where a reply may be lost. Not every request can be the first of its connection, or a later one.
struct Place {
    const char* endpoint;
    std::vector<OnConnection> connections{OnConnection::fresh, OnConnection::kept};
};
const std::vector<OnConnection> whichever{OnConnection::any};
const std::vector<OnConnection> fresh_only{OnConnection::fresh};

class LostReplies : public ::testing::Test {
  protected:
    LostReplies() {
        clinic.restyle([](auto& style) { style.token_seconds = 5'400; });
        config::Project& project = clinic.config.projects.front();
        project.fhir.auth.method = config::AuthMethod::client_credentials;
        project.fhir.auth.client_id = "sim-client";
        project.fhir.auth.client_secret = clinic.secret("client-secret", "sim-secret");
        project.receive.delete_after = 1min;
        auto style = clinic.sandbox.fhir().style();
        style.auth = sandbox::AuthMethod::client_credentials;
        clinic.sandbox.fhir().set_style(style);
        std::cout << "EFAXD_SEED=" << seed_ << '\n';
    }

    /// Until as many replies as wanted are lost, `round` brings about requests to all places, and `judge`
    /// looks when nothing is left to do.
    template <class Round, class Judge>
    void lose(const std::vector<Place>& places, Round round, Judge judge) {
        const std::uint64_t wanted = (from_environment("EFAXD_LOST_REPLIES", 0) + 5) / 6;
        do {
            arm(places);
            for (int rounds = 0; !all_lost() && rounds < 80; ++rounds) {
                if (dice_() % 4 == 0)
                    clinic.begin();
                round();
                clinic.round();
                go_on();
            }
            EXPECT_TRUE(all_lost());
            tally();
            clinic.sandbox.faults().clear();
            judge();
        } while (lost_ < wanted && !HasFailure());
        std::cout << lost_ << " lost replies:";
        for (const auto& [endpoint, times] : lost_at_)
            std::cout << ' ' << endpoint << ' ' << times;
        std::cout << '\n';
    }

    /// Rounds without faults until nothing is left to do.
    void until_done() {
        wait_for_late_ones();
        for (int rounds = 0; rounds < 40; ++rounds) {
            const auto report = clinic.round();
            clinic.wait(10min);
            if (report.waiting == 0 && report.unsent == 0 && report.failed == 0 && !report.pick_up_failed)
                return;
        }
        ADD_FAILURE() << "something waits for ever";
    }

    void expect_delivered() {
        until_done();
        const auto report = clinic.sandbox.oracle();
        std::cout << report.line() << '\n';
        EXPECT_TRUE(report.clean() && report.rewritten.empty()) << report.line();
        const auto spares = clinic.ledger().totals().spares;
        const auto known = spares.contains("clinic") ? spares.at("clinic") : 0;
        EXPECT_LE(static_cast<std::int64_t>(report.spare_binaries.size()), known);
    }
    void expect_no_spares() { EXPECT_TRUE(clinic.sandbox.oracle().spare_binaries.empty()); }

    /// Faxes for everybody, and one whose image eFax cannot hand out as a whole.
    void put_faxes() {
        for (const auto& user : sandbox::Sandbox::clinic_users())
            clinic.put(user, 2);
        sandbox::NewFaxes huge;
        huge.user_id = front_desk;
        huge.pages = 2;
        huge.size = 2'000;
        FaultRule too_large;
        too_large.endpoint = "efax.image";
        too_large.status = 413;
        too_large.contains = clinic.sandbox.put_faxes(huge).front();
        too_large.count = -1;
        clinic.sandbox.faults().add(too_large);
    }

    /// Begins a life beside such a server.
    void set_fhir(bool ids_of_ours, bool json, bool conditional) {
        auto style = clinic.sandbox.fhir().style();
        style.update_create = ids_of_ours ? sandbox::UpdateCreate::allow : sandbox::UpdateCreate::not_allowed;
        style.conditional_create = conditional;
        clinic.sandbox.fhir().set_style(style);
        clinic.config.projects.front().fhir.binary =
            json ? config::BinaryMode::json : config::BinaryMode::raw;
        patient_ = !conditional;
        clinic.begin();
    }

    Clinic clinic{"strict-2026"};
    bool patient_ = false; ///< lets late work be done before time goes on: nothing else keeps it from racing

  private:
    void arm(const std::vector<Place>& places) {
        std::vector<FaultRule> rules;
        for (const Place& place : places)
            for (const OnConnection connection : place.connections)
                for (const Way& way : ways) {
                    FaultRule rule;
                    rule.endpoint = place.endpoint;
                    rule.kind = way.kind;
                    rule.bytes = way.bytes;
                    rule.delay = way.later;
                    rule.connection = connection;
                    rule.skip = static_cast<std::int64_t>(dice_() % 2);
                    rules.push_back(rule);
                }
        std::ranges::shuffle(rules, dice_);
        for (const FaultRule& rule : rules)
            clinic.sandbox.faults().add(rule);
        end_connections(places);
    }

    /// Often, so that the next request goes out on a new one.
    void end_connections(const std::vector<Place>& places) {
        FaultRule rule;
        rule.kind = FaultKind::close;
        rule.probability = 0.4;
        rule.count = -1;
        for (const Place& place : places) {
            rule.endpoint = place.endpoint;
            clinic.sandbox.faults().add(rule);
        }
    }

    static bool loses(const FaultRule& rule) {
        return rule.kind != FaultKind::status && rule.kind != FaultKind::close;
    }

    /// Each in its place and way; else it tells the first that was not.
    ::testing::AssertionResult all_lost() {
        for (const auto& entry : clinic.sandbox.faults().all())
            if (loses(entry.rule) && entry.rule.count > 0)
                return ::testing::AssertionFailure()
                       << entry.rule.endpoint << ' ' << name_of(entry.rule.kind);
        return ::testing::AssertionSuccess();
    }

    void tally() {
        for (const auto& entry : clinic.sandbox.faults().all())
            if (loses(entry.rule)) {
                lost_ += static_cast<std::uint64_t>(entry.struck);
                lost_at_[entry.rule.endpoint] += entry.struck;
            }
    }

    /// An hour now and then, so that tokens end; a day, so that the server's capabilities are asked for anew.
    void go_on() {
        if (patient_)
            wait_for_late_ones();
        const auto luck = dice_() % 10;
        clinic.wait(luck == 0 ? Duration{25h} : luck < 4 ? Duration{70min} : Duration{5min});
    }

    void wait_for_late_ones() {
        const auto& journal = clinic.sandbox.journal();
        for (int look = 0; look < 4'000; ++look) {
            std::int64_t struck = 0;
            for (const auto& entry : clinic.sandbox.faults().all())
                struck += entry.rule.kind == FaultKind::late ? entry.struck : 0;
            const auto entries = journal.entries({});
            if (std::ranges::count(entries, "late", &sandbox::JournalEntry::fault) >= struck)
                return;
            journal.wait_for({.endpoint = "no such endpoint"}, 1, 5ms);
        }
        ADD_FAILURE() << "the sandbox never did its late work";
    }

    const std::uint64_t seed_ = from_environment("EFAXD_SEED", std::random_device{}());
    std::mt19937_64 dice_{seed_};
    std::uint64_t lost_ = 0;
    std::map<std::string, std::int64_t> lost_at_;
};

const std::vector<Place> receiving{{"efax.tokens", whichever},   {"efax.list"},   {"efax.image"},
                                   {"efax.pages", whichever},    {"efax.patch"},  {"efax.delete"},
                                   {"fhir.token", whichever},    {"fhir.search"}, {"fhir.binary"},
                                   {"fhir.metadata", whichever}, {"fhir.create"}};

class LostWhenReceiving : public LostReplies {
  protected:
    void play(bool ids_of_ours) {
        lose(
            receiving, [&] { put_faxes(); },
            [&] {
                expect_delivered();
                if (ids_of_ours)
                    expect_no_spares();
            });
    }
};

/// The server may act while efaxd looks for what it did: only its conditional create stands between.
TEST_F(LostWhenReceiving, a_raw_document_under_an_id_of_ours_arrives_once) {
    set_fhir(true, false, true);
    play(true);
}

TEST_F(LostWhenReceiving, a_document_in_json_under_an_id_of_ours_arrives_once) {
    set_fhir(true, true, true);
    play(true);
}

TEST_F(LostWhenReceiving, a_raw_document_under_an_id_of_the_servers_arrives_once) {
    set_fhir(false, false, true);
    play(false);
}

/// Here efaxd itself is all that keeps a fax from arriving twice.
TEST_F(LostWhenReceiving, a_document_in_json_arrives_once_where_conditional_create_is_ignored) {
    set_fhir(false, true, false);
    play(false);
}

/// `changes`: how the Communication is written to.
std::vector<Place> sending(const char* changes) {
    return {{"efax.tokens", whichever}, {"efax.send", fresh_only}, {"efax.sent"}, {"efax.details"},
            {"fhir.token", whichever},  {"fhir.search"},           {"fhir.read"}, {changes}};
}

class LostWhenSending : public LostReplies {
  protected:
    LostWhenSending() {
        clinic.restyle([](auto& style) { style.send_seconds = 90; });
        config::Send& send = clinic.config.projects.front().send;
        send.pick_up = 1min;
        send.look = 2h;
    }

    void play(const char* changes) {
        patient_ = true;
        clinic.begin();
        lose(
            sending(changes), [&] { put_communications(); }, [&] { judge(); });
    }

  private:
    void put_communications() {
        for (int one = 0; one < 4; ++one) {
            const int number = 1'000 + put_++ % 8'000;
            sandbox::NewOutbound wanted;
            wanted.numbers = {"+1303555" + std::to_string(number)};
            if (one == 0)
                wanted.numbers.push_back("+1720555" + std::to_string(number));
            wanted.text = "referral " + std::to_string(put_);
            clinic.sandbox.put_outbound(wanted);
        }
    }

    /// What eFax took was found again; what it never took is held for a person, and said to be.
    void judge() {
        until_done();
        const auto report = clinic.sandbox.send_oracle();
        std::cout << report.line() << '\n';
        EXPECT_TRUE(report.sent_twice.empty());
        EXPECT_TRUE(report.wrong.empty()) << report.wrong.front().reason;
        EXPECT_TRUE(report.unfiled.empty());
        for (const auto& fax : report.untold)
            EXPECT_TRUE(waits_for_a_held_one(fax)) << fax;
        std::size_t held = 0;
        for (const Transmission& row : rows()) {
            EXPECT_TRUE(row.held ? !row.reason.empty() : row.over()) << row.key.communication;
            held += row.held ? 1 : 0;
        }
        EXPECT_EQ(report.accepted + held, rows().size());
    }

    /// Of several recipients all must have ended before the Communication says so.
    bool waits_for_a_held_one(const std::string& fax_id) {
        const auto all = rows();
        const auto row = std::ranges::find(all, fax_id, &Transmission::fax_id);
        return row != all.end() && std::ranges::any_of(all, [&](const Transmission& other) {
                   return other.held && other.key.communication == row->key.communication;
               });
    }

    std::vector<Transmission> rows() {
        OutboxQuery query;
        query.limit = 100'000;
        return clinic.ledger().outbox().list(query);
    }

    int put_ = 0;
};

TEST_F(LostWhenSending, no_number_gets_a_document_twice) { play("fhir.patch"); }

TEST_F(LostWhenSending, no_number_gets_a_document_twice_where_communications_are_put_back_whole) {
    auto style = clinic.sandbox.fhir().style();
    style.patch = sandbox::PatchStyle::not_allowed;
    clinic.sandbox.fhir().set_style(style);
    play("fhir.update");
}

} // namespace
} // namespace efaxd::matrix
