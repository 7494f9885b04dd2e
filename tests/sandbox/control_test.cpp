#include "sandbox/world.hpp"

#include "efaxd/core/timestamp.hpp"
#include "sandbox/arrivals.hpp"
#include "sandbox/command_line.hpp"
#include "sandbox/control.hpp"

#include <fstream>
#include <future>
#include <set>
#include <sstream>

namespace efaxd::sandbox::test {
namespace {

class ControlApi : public World {
  protected:
    json::Document get(const std::string& target) const {
        const auto reply = control("GET", target);
        EXPECT_EQ(reply.status, 200) << reply.body;
        return json::Document::parse(reply.body);
    }
    std::string post(const std::string& target, const std::string& body) const {
        const auto reply = control("POST", target, body);
        EXPECT_EQ(reply.status, 200) << target << body << reply.body;
        return reply.body;
    }
};

TEST_F(ControlApi, puts_up_faxes) {
    const auto reply = post("/faxes", R"({"count":3,"user_id":"10000001-20000003","pages":4,"size":5000,
        "completed":"2026-10-03T14:00:00Z","spread_ms":60000,"from_number":"15551112222","tsid":"LAB"})");
    const auto document = json::Document::parse(reply);
    ASSERT_EQ(document.root()["ids"].size(), 3u);
    const auto first = sandbox.efax().store().find(document.root()["ids"].at(0).text_or(""));
    EXPECT_EQ(fhir_timestamp(first->completed), "2026-10-03T13:58:00Z");
    EXPECT_EQ(first->plan.pages, 4);
    EXPECT_EQ(first->plan.size, 5000u);
    EXPECT_EQ(first->user_id, "10000001-20000003");
    EXPECT_EQ(first->from_number, "15551112222");
}

TEST_F(ControlApi, refuses_calls_that_make_no_sense) {
    const auto refused = [&](const std::string& path, const std::string& body) {
        const auto reply = control("POST", path, body);
        EXPECT_NE(reply.body.find("\"error\""), std::string::npos);
        return reply.status == 400;
    };
    EXPECT_TRUE(refused("/faxes", R"({"user_id":"nobody"})"));
    EXPECT_TRUE(refused("/faxes", R"({"cuont":1})"));
    EXPECT_TRUE(refused("/faxes", R"({"count":"many"})"));
    EXPECT_TRUE(refused("/faxes", R"({"count":0})"));
    EXPECT_TRUE(refused("/faxes", R"({"size":-1})"));
    EXPECT_TRUE(refused("/faxes", R"({"id":"../../etc"})"));
    EXPECT_TRUE(refused("/faxes", R"({"completed":"yesterday"})"));
    EXPECT_TRUE(refused("/faxes", "{"));
    EXPECT_TRUE(refused("/faxes", "[]"));
    EXPECT_TRUE(refused("/faults", R"({"endpoint":"efax.lists"})"));
    EXPECT_TRUE(refused("/faults", R"({"endpoint":"efax.list","kind":"explode"})"));
    EXPECT_TRUE(refused("/faults", R"({"endpoint":"efax.list","status":1})"));
    EXPECT_TRUE(refused("/options", R"({"efax":{"colour":"red"}})"));
    EXPECT_TRUE(refused("/options", R"({"efax":{"order":"random"}})"));
    EXPECT_TRUE(refused("/options", R"({"sms":{}})"));
    EXPECT_TRUE(refused("/rival", R"({"do":"nothing"})"));
    EXPECT_TRUE(refused("/rival", R"({"do":"delete","fax_id":"none"})"));
    EXPECT_TRUE(refused("/staff", R"({"do":"archive","id":"none"})"));
    EXPECT_TRUE(refused("/owners", R"({"type":"Patient","id":"x"})"));
    EXPECT_TRUE(refused("/users", "{}"));
    EXPECT_TRUE(refused("/reset", R"({"scenario":"hospital"})"));
    EXPECT_TRUE(refused("/resources", R"({"name":"x"})"));
    EXPECT_EQ(control("POST", "/nowhere").status, 404);
    EXPECT_EQ(control("DELETE", "/faxes").status, 405);
}

TEST_F(ControlApi, a_refused_change_of_options_changes_nothing) {
    control("POST", "/options", R"({"efax":{"keep_old_token":true,"colour":"red"}})");
    EXPECT_FALSE(sandbox.efax().style().keep_old_token);
}

TEST_F(ControlApi, adds_apps_users_and_owners) {
    post("/users", R"({"app":"second","key":"k"})");
    post("/users", R"({"app":"second","user_id":"5-6","number":"1","recipient":"Organization/x"})");
    EXPECT_EQ(sandbox.efax().store().expected_recipient("second", "5-6"), "Organization/x");
    EXPECT_EQ(sign_in("c2Vjb25kOms=").status, 200);
    const auto reply =
        post("/owners", R"({"type":"Practitioner","id":"dr-who","name":"Who","user_id":"7-8"})");
    EXPECT_EQ(member(reply, "reference"), "Practitioner/dr-who");
    EXPECT_EQ(efax_as("7-8", "/faxes/received").status, 200);
    EXPECT_EQ(fhir("GET", "/Practitioner/dr-who").status, 200);
    post("/users", R"({"user_id":"7-8","active":false})");
    EXPECT_EQ(efax_as("7-8", "/faxes/received").status, 403);
}

TEST_F(ControlApi, plays_rival_and_staff) {
    const auto fax_id = sandbox.put_fax();
    const auto id = deliver(fax_id);
    post("/rival", R"({"do":"unmark","fax_id":")" + fax_id + "\"}");
    EXPECT_FALSE(sandbox.efax().store().find(fax_id)->downloaded);
    post("/rival", R"({"do":"mark","fax_id":")" + fax_id + "\"}");
    EXPECT_TRUE(sandbox.efax().store().find(fax_id)->downloaded);
    post("/rival", R"({"do":"download_all"})");
    post("/rival", R"({"do":"token"})");
    EXPECT_EQ(efax("GET", "/faxes/received").status, 401);
    post("/rival", R"({"do":"delete","fax_id":")" + fax_id + "\"}");
    EXPECT_TRUE(sandbox.efax().store().find(fax_id)->deleted);
    post("/rival", R"({"do":"revoke_fhir_tokens"})");
    post("/staff", R"({"do":"assign","fax_id":")" + fax_id + R"(","subject":"Patient/p"})");
    post("/staff", R"({"do":"archive","id":")" + id + "\"}");
    auto list = get("/communications");
    ASSERT_EQ(list.root().size(), 1u);
    EXPECT_EQ(list.root().at(0)["status"].text_or(""), "entered-in-error");
    EXPECT_EQ(list.root().at(0)["subject"].text_or(""), "Patient/p");
    EXPECT_EQ(list.root().at(0)["fax_id"].text_or(""), fax_id);
    EXPECT_EQ(list.root().at(0)["recipient"].text_or(""), "Organization/front-desk");
    post("/staff", R"({"do":"delete","id":")" + id + "\"}");
    EXPECT_TRUE(get("/communications").root().at(0)["deleted"].boolean().value_or(false));
}

TEST_F(ControlApi, moves_the_clock) {
    post("/clock", R"({"advance_ms":3600000})");
    EXPECT_EQ(sandbox.clock().offset(), std::chrono::hours{1});
    EXPECT_EQ(get("/clock").root()["offset_ms"].integer(), 3'600'000);
}

TEST_F(ControlApi, shows_and_clears_faults) {
    add_fault(R"({"endpoint":"efax.health","status":500,"count":2})");
    ask(sandbox.efax_url(), "GET", "/health");
    const auto list = get("/faults");
    EXPECT_EQ(list.root().at(0)["struck"].integer(), 1);
    EXPECT_EQ(list.root().at(0)["left"].integer(), 1);
    EXPECT_EQ(control("DELETE", "/faults").status, 200);
    EXPECT_EQ(ask(sandbox.efax_url(), "GET", "/health").status, 200);
}

TEST_F(ControlApi, shows_the_journal_filtered_and_counted) {
    efax("GET", "/faxes/received?image_downloaded=false");
    post_binary("%PDF-");
    const auto list = get("/journal?endpoint=efax.list");
    ASSERT_EQ(list.root().size(), 1u);
    EXPECT_EQ(list.root().at(0)["target"].text_or(""), "/faxes/received?image_downloaded=false");
    EXPECT_EQ(list.root().at(0)["user_id"].text_or(""), system_user);
    EXPECT_EQ(get("/journal?writes").root().size(), 1u);
    EXPECT_EQ(get("/journal?count&side=efax").root()["count"].integer(), 2);
    EXPECT_EQ(get("/journal?after=2").root().size(), 1u);
    EXPECT_EQ(get("/journal?limit=1").root().size(), 1u);
}

TEST_F(ControlApi, asks_the_oracle) {
    const auto fax_id = sandbox.put_fax();
    EXPECT_EQ(control("GET", "/oracle?text").body,
              "1 faxes at eFax, 0 Communications, 1 missing, 0 double\n");
    const auto report = get("/oracle");
    EXPECT_EQ(report.root()["missing"].at(0).text_or(""), fax_id);
    EXPECT_FALSE(report.root()["clean"].boolean().value_or(true));
    for (const char* name : {"faxes", "communications", "double", "wrong", "spare_binaries"})
        EXPECT_TRUE(report.root()[name]) << name;
}

TEST_F(ControlApi, shows_state_and_options_without_secrets) {
    EXPECT_EQ(get("/state").root()["users"].size(), 3u);
    const auto body = control("GET", "/options").body;
    EXPECT_NE(body.find("\"timestamps\":\"offset\""), std::string::npos);
    EXPECT_EQ(body.find("sim-secret"), std::string::npos);
}

TEST_F(ControlApi, resets_to_empty_or_clinic) {
    deliver(sandbox.put_fax());
    set_options(R"({"efax":{"keep_old_token":true},"fhir":{"server":"hapi"}})");
    post("/reset", "");
    EXPECT_EQ(get("/state").root()["users"].size(), 0u);
    EXPECT_EQ(get("/state").root()["Communication"].integer(), 0);
    EXPECT_EQ(sandbox.journal().count(), 0u);
    EXPECT_FALSE(sandbox.efax().style().keep_old_token);
    post("/reset", R"({"scenario":"clinic"})");
    EXPECT_EQ(get("/state").root()["users"].size(), 3u);
}

TEST_F(ControlApi, resets_while_requests_are_running) {
    std::jthread client([&](const std::stop_token& stop) {
        Wire wire(sandbox.efax_url());
        while (!stop.stop_requested()) {
            const auto bearer = member(sign_in().body, "access_token");
            const Headers headers{{"Authorization", "Bearer " + bearer}, {"user-id", system_user}};
            EXPECT_GE(wire.exchange("GET", "/faxes/received", headers).status, 200);
        }
    });
    for (int i = 0; i < 50; ++i) {
        post("/reset", R"({"scenario":"clinic"})");
        sandbox.put_fax();
    }
}

TEST_F(ControlApi, puts_resources) {
    EXPECT_EQ(member(post("/resources", R"({"resourceType":"Patient","id":"p","active":true})"), "reference"),
              "Patient/p");
    EXPECT_EQ(fhir("GET", "/Patient/p").status, 200);
}

TEST_F(ControlApi, helps) { EXPECT_NE(control("GET", "/").body.find("POST /faxes"), std::string::npos); }

std::string manual() {
    std::ifstream file(EFAXD_SOURCE_DIR "/packaging/man/efax-sandbox.1");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

/// Words of the manual, without the markup that mdoc puts before hyphens and options.
bool manual_names(const std::string& word) {
    static const std::string text = [] {
        std::string plain;
        for (const char c : manual())
            if (c != '\\')
                plain += c;
        return plain;
    }();
    return text.find(word) != std::string::npos;
}

TEST(SandboxManual, names_every_route_fault_endpoint_and_option) {
    for (const auto& line : split(Control::help(), '\n'))
        if (line.size() > 4) {
            const auto words = split(line.substr(2), ' ');
            EXPECT_TRUE(manual_names(words.at(1))) << line;
        }
    for (const auto name : fault_kind_names)
        EXPECT_TRUE(manual_names(std::string{name})) << name;
    for (const auto name : endpoint_names())
        EXPECT_TRUE(manual_names(std::string{name})) << name;
    json::Writer efax;
    write(efax, EfaxStyle{});
    json::Writer fhir;
    write(fhir, FhirStyle{});
    for (const auto& json : {efax.take(), fhir.take()}) {
        const auto document = json::Document::parse(json);
        for (std::size_t i = 0; i < document.root().size(); ++i)
            EXPECT_TRUE(manual_names(std::string{document.root().name_at(i)})) << document.root().name_at(i);
    }
    for (const auto& line : split(usage(), '\n'))
        if (line.starts_with("  --")) {
            const auto option = line.substr(4, line.find_first_of(" ,", 4) - 4);
            EXPECT_TRUE(manual_names("-" + option)) << option;
        }
}

TEST(CommandLine, is_read) {
    const auto line = parse_command_line({"--efax-port",
                                          "1",
                                          "--fhir-port=2",
                                          "--control-port",
                                          "3",
                                          "--seed",
                                          "4",
                                          "--scenario",
                                          "clinic",
                                          "--arrive",
                                          "2.5/s",
                                          "--faxes",
                                          "40",
                                          "--pages",
                                          "3",
                                          "--size",
                                          "9000",
                                          "--for",
                                          "20s",
                                          "--set",
                                          "efax.timestamps=zulu"});
    EXPECT_EQ(line.options.efax_port, 1);
    EXPECT_EQ(line.options.fhir_port, 2);
    EXPECT_EQ(line.options.control_port, 3);
    EXPECT_EQ(line.options.seed, 4u);
    EXPECT_EQ(line.arrive, 2.5);
    EXPECT_EQ(line.faxes, 40);
    EXPECT_EQ(line.pages, 3);
    EXPECT_EQ(line.size, 9000u);
    EXPECT_EQ(line.stop_after, std::chrono::seconds{20});
    EXPECT_EQ(line.settings.front(), (std::pair<std::string, std::string>{"efax.timestamps", "zulu"}));
}

TEST(CommandLine, refuses_what_it_does_not_know) {
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--colour"},
                                                      {"--seed"},
                                                      {"--seed", "x"},
                                                      {"--efax-port", "70000"},
                                                      {"--for", "20"},
                                                      {"--for", "s"},
                                                      {"--arrive", "fast"},
                                                      {"--arrive", "0/s"},
                                                      {"--scenario", "x"},
                                                      {"--set", "x=y"},
                                                      {"faxes"},
                                                      {"--scenario", "empty", "--faxes", "1"}})
        EXPECT_THROW(parse_command_line(arguments), BadCall) << arguments.front();
}

TEST(CommandLine, sets_behaviours) {
    Sandbox sandbox;
    apply_settings(sandbox,
                   parse_command_line({"--set", "efax.timestamps=zulu", "--set", "efax.keep_old_token=true",
                                       "--set", "fhir.token_seconds=5"}));
    EXPECT_EQ(sandbox.efax().style().timestamps, TimestampStyle::zulu);
    EXPECT_TRUE(sandbox.efax().style().keep_old_token);
    EXPECT_EQ(sandbox.fhir().style().token_seconds, 5);
    EXPECT_THROW(apply_settings(sandbox, parse_command_line({"--set", "efax.colour=red"})), BadCall);
}

TEST(ArrivingFaxes, come_at_all_levels_until_all_have_come) {
    Sandbox sandbox;
    sandbox.set_up_clinic();
    std::promise<void> all;
    std::set<std::string> users;
    const Arrivals arrivals(sandbox, {Sandbox::clinic_users(), 1000, 30, 1, 1000, 1},
                            [&](int number, const std::string& user, const std::string&) {
                                users.insert(user);
                                if (number == 30)
                                    all.set_value();
                            });
    ASSERT_EQ(all.get_future().wait_for(std::chrono::seconds{20}), std::future_status::ready);
    EXPECT_EQ(users.size(), 3u);
    EXPECT_EQ(sandbox.oracle().faxes, 30u);
}

TEST(ArrivingFaxes, reach_everybody_once_in_each_round) {
    Turns turns({"a", "b", "c"}, 1);
    std::set<std::string> orders;
    for (int round = 0; round < 20; ++round) {
        std::string order;
        for (int turn = 0; turn < 3; ++turn)
            order += turns.next();
        orders.insert(order);
        EXPECT_EQ(std::set<char>(order.begin(), order.end()).size(), 3u);
    }
    EXPECT_GT(orders.size(), 1u);
}

TEST(ArrivingFaxes, stop_when_told) {
    Sandbox sandbox;
    sandbox.set_up_clinic();
    const auto began = std::chrono::steady_clock::now();
    {
        const Arrivals arrivals(sandbox, {Sandbox::clinic_users(), 0.001, 30, 1, 1000, 1},
                                [](int, const std::string&, const std::string&) {});
    }
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{10});
    EXPECT_LE(sandbox.oracle().faxes, 1u);
}

} // namespace
} // namespace efaxd::sandbox::test
