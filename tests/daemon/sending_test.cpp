// Sending, as an application meets it: the operations door, the daemon behind it, and what becomes of the
// fax.
#include "clinic.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

namespace efaxd::daemon {
namespace {

using sandbox::FaultKind;
using sandbox::NewOutbound;
using sandbox::Outbound;

const std::string send_path = "/fhir/R4/Communication/$send-efax";
const std::string receive_path = "/fhir/R4/Communication/$receive-efax";

class Send : public Clinic {
  protected:
    Send() {
        efaxd.settings.callers = "fhir";
        sandbox.fhir().auth().add_caller({.token = "sim-caller"});
        efaxd.settings.send = "mode: live, follow: 100ms, look: 1s, at_once: 50, per_hour: 10000";
        sandbox.efax().set_style([&] {
            auto style = sandbox.efax().style();
            style.send_seconds = 0;
            return style;
        }());
    }

    void begin() {
        efaxd.configure();
        efaxd.start();
    }

    Outbound outbound(const std::string& number = "+13035550100") {
        NewOutbound wanted;
        wanted.numbers = {number};
        wanted.text = "referral " + std::to_string(++made_);
        return sandbox.put_outbound(wanted);
    }

    http::Reply send(const Outbound& communication) { return efaxd.call(send_path, communication.json); }

    json::Document seen(const std::string& id) const {
        return json::Document::parse(sandbox.fhir().store().read("Communication", id).value().text);
    }
    std::string status_of(const std::string& id) const {
        return std::string(seen(id).root()["status"].text_or(""));
    }
    bool ends(const std::string& id, const std::string& status) {
        return efaxd.until([&] { return status_of(id) == status; });
    }

    static std::string issue(const http::Reply& reply, const std::string& member) {
        const auto outcome = json::Document::parse(reply.body);
        const json::Value first = outcome.root()["issue"].at(0);
        if (member == "text")
            return std::string(first["details"]["text"].text_or(""));
        if (member == "expression")
            return std::string(first["expression"].at(0).text_or(""));
        return std::string(first[member].text_or(""));
    }
    static bool has_id(const http::Reply& reply) {
        return !json::Document::parse(reply.body).root()["id"].text_or("").empty();
    }

    ::testing::AssertionResult none_twice() const {
        const auto report = sandbox.send_oracle();
        if (report.sent_twice.empty() && report.wrong.empty())
            return ::testing::AssertionSuccess() << report.line();
        return ::testing::AssertionFailure() << report.line();
    }

    int made_ = 0;
};

TEST_F(Send, a_fax_goes_out_and_its_communication_turns_completed_by_itself) {
    begin();
    const Outbound fax = outbound();
    const auto reply = send(fax);
    ASSERT_EQ(reply.status, 200) << reply.body;
    const auto answer = json::Document::parse(reply.body);
    EXPECT_EQ(answer.root()["resourceType"].text_or(""), "Communication");
    EXPECT_EQ(answer.root()["id"].text_or(""), fax.id);
    EXPECT_EQ(answer.root()["identifier"].at(0)["system"].text_or(""), "https://efax.com");
    EXPECT_FALSE(answer.root()["sent"].text_or("").empty());
    EXPECT_TRUE(ends(fax.id, "completed"));
    EXPECT_FALSE(seen(fax.id).root()["received"].text_or("").empty());
    EXPECT_EQ(sandbox.sent().size(), 1u);
    EXPECT_TRUE(sandbox.send_oracle().clean()) << sandbox.send_oracle().line();
    EXPECT_EQ(efaxd.stop(), 0);
}

TEST_F(Send, a_failure_is_told_with_its_reason) {
    begin();
    const Outbound fax = outbound("+13035559041");
    EXPECT_EQ(send(fax).status, 200);
    EXPECT_TRUE(ends(fax.id, "stopped"));
    const auto communication = seen(fax.id);
    EXPECT_EQ(communication.root()["statusReason"]["coding"].at(0)["code"].text_or(""), "E41");
    EXPECT_EQ(communication.root()["statusReason"]["text"].text_or(""), "The line was busy. (E41)");
}

TEST_F(Send, the_same_call_again_sends_nothing_more_even_after_the_end) {
    begin();
    const Outbound fax = outbound();
    EXPECT_EQ(send(fax).status, 200);
    EXPECT_EQ(send(fax).status, 200);
    EXPECT_TRUE(ends(fax.id, "completed"));
    const auto again = send(fax);
    EXPECT_EQ(again.status, 200) << again.body;
    EXPECT_EQ(json::Document::parse(again.body).root()["status"].text_or(""), "completed");
    EXPECT_EQ(sandbox.sent().size(), 1u);
}

TEST_F(Send, many_identical_calls_at_once_send_one_fax) {
    begin();
    auto slow = trouble("efax.send", FaultKind::delay, -1);
    slow.delay = Patience{500}; // most calls come while the fax is being submitted
    fault(slow);
    const Outbound fax = outbound();
    std::atomic<int> well = 0;
    {
        std::vector<std::jthread> callers;
        for (int caller = 0; caller < 20; ++caller)
            callers.emplace_back([&] { well += send(fax).status == 200 ? 1 : 0; });
    }
    EXPECT_EQ(well, 20);
    EXPECT_EQ(sandbox.sent().size(), 1u);
}

TEST_F(Send, an_answer_of_efax_lost_after_acceptance_is_a_conflict_and_settles_by_itself) {
    begin();
    fault(trouble("efax.send", FaultKind::lose_reply));
    const Outbound fax = outbound();
    const auto reply = send(fax);
    EXPECT_EQ(reply.status, 409) << reply.body;
    EXPECT_EQ(issue(reply, "code"), "conflict");
    EXPECT_TRUE(ends(fax.id, "completed"));
    EXPECT_EQ(sandbox.sent().size(), 1u);
    EXPECT_EQ(requests("efax.send"), 1u);
}

TEST_F(Send, a_server_error_after_acceptance_sends_nothing_twice_however_often_the_client_asks) {
    begin();
    auto after = trouble("efax.send", FaultKind::status_after);
    after.status = 502;
    fault(after);
    const Outbound fax = outbound();
    for (int time = 0; time < 3; ++time)
        EXPECT_LT(send(fax).status, 500);
    EXPECT_TRUE(ends(fax.id, "completed"));
    EXPECT_EQ(sandbox.sent().size(), 1u);
}

TEST_F(Send, what_never_shows_up_at_efax_is_held_and_waits_for_a_person) {
    begin();
    fault(trouble("efax.send", FaultKind::hang_up));
    const Outbound fax = outbound();
    const auto reply = send(fax);
    EXPECT_LT(reply.status, 500);
    const auto held = [&] {
        const auto rows = efaxd.transmissions();
        return rows.size() == 1 && rows[0].held;
    };
    if (reply.status == 409) { // else the connection broke early enough to be sure that nothing was taken
        EXPECT_TRUE(efaxd.until(held));
        EXPECT_EQ(status_of(fax.id), "in-progress");
        EXPECT_NE(efaxd.ask("/status").find("send.held"), std::string::npos);
        const auto resend = "/transmissions/clinic:" + fax.id + ":0/resend";
        EXPECT_TRUE(efaxd.until(
            [&] { return efaxd.ask(resend, "POST").find("it is submitted again") != std::string::npos; }));
    }
    EXPECT_TRUE(ends(fax.id, "completed"));
    EXPECT_EQ(sandbox.sent().size(), 1u);
}

TEST_F(Send, a_confirmed_id_must_be_known_at_efax_and_be_nobody_elses) {
    begin();
    const Outbound other = outbound();
    ASSERT_EQ(send(other).status, 200);
    fault(answers("efax.send", 500));
    const Outbound fax = outbound();
    ASSERT_EQ(send(fax).status, 409);
    ASSERT_TRUE(efaxd.says("send.held:"));
    const auto row = [&](const std::string& id) {
        const auto rows = efaxd.transmissions();
        return *std::ranges::find(rows, id, [](const Transmission& one) { return one.key.communication; });
    };
    const auto is_told = [&](const std::string& fax_id, const char* what) {
        const auto call = "/transmissions/clinic:" + fax.id + ":0/confirm?fax=" + fax_id;
        return efaxd.until([&] { return efaxd.ask(call, "POST").find(what) != std::string::npos; });
    };
    const std::string mistyped = "00000000-1111-2222-3333-444444444444";
    EXPECT_TRUE(is_told(mistyped, "eFax knows no fax with this id"));
    EXPECT_TRUE(is_told(row(other.id).fax_id, "another transmission has this id"));
    fault(answers("efax.details", 503, -1));
    EXPECT_TRUE(is_told(mistyped, "eFax could not be asked"));
    EXPECT_EQ(row(fax.id).stage, SendStage::submitting);
    EXPECT_TRUE(row(fax.id).fax_id.empty());
    EXPECT_FALSE(efaxd.said("send.confirmed"));
}

TEST_F(Send, in_hold_mode_the_answer_is_422_and_nothing_leaves) {
    efaxd.settings.send = "mode: hold";
    begin();
    const Outbound fax = outbound();
    const auto reply = send(fax);
    EXPECT_EQ(reply.status, 422);
    EXPECT_EQ(issue(reply, "code"), "business-rule");
    EXPECT_FALSE(has_id(reply));
    EXPECT_EQ(requests("efax.send"), 0u);
    EXPECT_TRUE(efaxd.transmissions().empty());
}

TEST_F(Send, every_refusal_has_its_status_code_and_expression) {
    begin();
    struct Case {
        const char* what;
        std::function<std::string()> body;
        int status;
        const char* code;
        const char* expression;
    };
    const auto put = [this](const std::string& json) { return sandbox.fhir().put(json); };
    const auto communication = [&](const std::string& members) {
        const auto reference =
            put(R"({"resourceType":"Communication","status":"in-progress",)" + members + "}");
        return seen(reference.substr(reference.find('/') + 1)).root().raw();
    };
    const std::string fax =
        R"("medium":[{"coding":[{"system":)"
        R"("http://terminology.hl7.org/CodeSystem/v3-ParticipationMode","code":"FAXWRIT"}]}])";
    const std::string recipient =
        R"("recipient":[{"reference":")" +
        put(R"({"resourceType":"Organization","name":"A","telecom":[{"system":"fax","value":"+13035550177"}]})") +
        R"("}])";
    const std::string mute = R"("recipient":[{"reference":")" +
                             put(R"({"resourceType":"Organization","name":"B","telecom":[{"system":"phone",)"
                                 R"("value":"+13035550177"}]})") +
                             R"("}])";
    const std::string local = R"("recipient":[{"reference":")" +
                              put(R"({"resourceType":"Organization","name":"C","telecom":[{"system":"fax",)"
                                  R"("value":"5550177"}]})") +
                              R"("}])";
    const std::string pdf =
        R"("payload":[{"contentAttachment":{"contentType":"application/pdf","data":"JVBERi0xLjQKJSVFT0YK"}}])";
    const std::string word =
        R"("payload":[{"contentAttachment":{"contentType":"application/msword","data":"AAAA"}}])";
    const std::string gone =
        R"("payload":[{"contentAttachment":{"contentType":"application/pdf","url":"Binary/nowhere"}}])";
    const std::vector<Case> cases{
        {"no Communication", [&] { return std::string(R"({"resourceType":"Patient"})"); }, 400, "invalid",
         "Communication"},
        {"no JSON", [&] { return std::string("{"); }, 400, "invalid", "Communication"},
        {"no fax", [&] { return communication(recipient + "," + pdf); }, 400, "invalid",
         "Communication.medium"},
        {"no document", [&] { return communication(fax + "," + recipient); }, 422, "not-supported",
         "Communication.payload[0]"},
        {"a document we cannot fax", [&] { return communication(fax + "," + recipient + "," + word); }, 422,
         "not-supported", "Communication.payload[0]"},
        {"no recipient", [&] { return communication(fax + "," + pdf); }, 422, "business-rule",
         "Communication.recipient[0]"},
        {"a recipient without a fax number", [&] { return communication(fax + "," + mute + "," + pdf); }, 422,
         "business-rule", "Communication.recipient[0]"},
        {"a number without a country", [&] { return communication(fax + "," + local + "," + pdf); }, 422,
         "business-rule", "Communication.recipient[0]"},
        {"a document that is gone", [&] { return communication(fax + "," + recipient + "," + gone); }, 422,
         "not-found", "Communication.payload[0]"},
    };
    for (const Case& one : cases) {
        const auto reply = efaxd.call(send_path, one.body());
        EXPECT_EQ(reply.status, one.status) << one.what << reply.body;
        EXPECT_EQ(issue(reply, "code"), one.code) << one.what;
        EXPECT_EQ(issue(reply, "expression"), one.expression) << one.what;
        EXPECT_GT(issue(reply, "text").size(), 20u) << one.what;
        EXPECT_FALSE(has_id(reply)) << one.what << reply.body;
    }
    EXPECT_EQ(sandbox.sent().size(), 0u);
}

TEST_F(Send, a_call_on_one_communication_is_told_the_right_path) {
    begin();
    const Outbound fax = outbound();
    const auto reply = efaxd.call("/fhir/R4/Communication/" + fax.id + "/$send-efax", fax.json);
    EXPECT_EQ(reply.status, 400);
    EXPECT_NE(issue(reply, "text").find("Communication/$send-efax"), std::string::npos) << reply.body;
    EXPECT_TRUE(efaxd.transmissions().empty());
}

TEST_F(Send, the_log_says_at_the_start_whether_faxes_leave) {
    begin();
    EXPECT_TRUE(efaxd.says("send.live"));
    EXPECT_FALSE(efaxd.said("send.on_hold"));
    efaxd.stop();
    efaxd.settings.send = "mode: hold, pick_up: 1m";
    begin();
    EXPECT_TRUE(efaxd.says("send.on_hold"));
    EXPECT_TRUE(efaxd.says("send.pick_up_idle"));
}

TEST_F(Send, a_sender_without_any_user_id_is_refused) {
    efaxd.settings.projects.front().user_id = "";
    efaxd.configure();
    auto text = read_file(efaxd.config_file());
    const auto from = text.find("      eFaxUserId");
    text.erase(from, text.find('\n', from) - from + 1);
    efaxd.configure(text);
    efaxd.start();
    NewOutbound wanted;
    wanted.sender = "Practitioner/nobody-with-efax";
    sandbox.fhir().put(R"({"resourceType":"Practitioner","id":"nobody-with-efax"})");
    const auto reply = efaxd.call(send_path, sandbox.put_outbound(wanted).json);
    EXPECT_EQ(reply.status, 422);
    EXPECT_EQ(issue(reply, "expression"), "Communication.sender");
    EXPECT_EQ(issue(reply, "code"), "business-rule");
}

TEST_F(Send, an_unknown_operation_is_the_only_thing_not_set_up) {
    begin();
    const auto unknown = efaxd.call("/fhir/R4/Communication/$fax-everybody", "{}");
    EXPECT_EQ(unknown.status, 404);
    EXPECT_EQ(json::Document::parse(unknown.body).root()["id"].text_or(""), "not-found");
    const auto project = efaxd.call("/other/fhir/R4/Communication/$send-efax", "{}");
    EXPECT_EQ(json::Document::parse(project.body).root()["id"].text_or(""), "not-found");
    const auto practitioner = efaxd.call("/fhir/R4/Practitioner/nobody/$receive-efax", "{}");
    EXPECT_EQ(practitioner.status, 404);
    EXPECT_FALSE(has_id(practitioner));
    sandbox.fhir().put(R"({"resourceType":"Practitioner","id":"plain"})");
    const auto plain = efaxd.call("/fhir/R4/Practitioner/plain/$receive-efax", "{}");
    EXPECT_EQ(plain.status, 422);
    EXPECT_FALSE(has_id(plain));
}

// ---- $receive-efax

TEST_F(Send, receive_answers_when_the_communications_can_be_searched) {
    efaxd.settings.poll = "10m";
    begin();
    EXPECT_TRUE(efaxd.until([&] { return efaxd.ask("/readyz").find("true") != std::string::npos; }));
    put(front_desk, 2);
    put(north_clinic, 1);
    const auto system = efaxd.call(receive_path, "{}");
    ASSERT_EQ(system.status, 200) << system.body;
    const auto parameters = json::Document::parse(system.body);
    EXPECT_EQ(parameters.root()["resourceType"].text_or(""), "Parameters");
    EXPECT_EQ(parameters.root()["parameter"].at(0)["name"].text_or(""), "received");
    EXPECT_EQ(parameters.root()["parameter"].at(0)["valueInteger"].integer(), 2);
    EXPECT_EQ(sandbox.oracle().communications, 2u);
    const auto owner = efaxd.call("/fhir/R4/Organization/north-clinic/%24receive-efax", "");
    EXPECT_EQ(owner.status, 200) << owner.body;
    EXPECT_EQ(sandbox.oracle().communications, 3u);
    put(dr_example, 1);
    EXPECT_EQ(efaxd.call("/clinic/fhir/R4/Practitioner/dr-example/$receive-efax", "{}").status, 200);
    EXPECT_EQ(sandbox.oracle().communications, 4u);
}

TEST_F(Send, a_thousand_receive_calls_at_once_share_one_poll) {
    efaxd.settings.poll = "10m";
    begin();
    EXPECT_TRUE(efaxd.until([&] { return efaxd.ask("/readyz").find("true") != std::string::npos; }));
    efaxd.call(receive_path, "{}"); // the caller is known from here on
    put(front_desk, 1);
    auto slow = trouble("efax.list", FaultKind::delay);
    slow.delay = Patience{3000};
    slow.count = 1;
    fault(slow);
    const auto from = mark();
    std::atomic<int> well = 0;
    {
        std::vector<std::jthread> callers;
        for (int caller = 0; caller < 1000; ++caller)
            callers.emplace_back([&] { well += efaxd.call(receive_path, "{}").status == 200 ? 1 : 0; });
    }
    EXPECT_EQ(well, 1000);
    // One poll reads both passes, and the first again since it found something; a late caller may start
    // another.
    EXPECT_LE(requests("efax.list", from), 6u);
    EXPECT_EQ(sandbox.oracle().communications, 1u);
}

TEST_F(Send, receive_tells_when_efax_cannot_be_asked) {
    efaxd.settings.poll = "10m";
    begin();
    EXPECT_TRUE(efaxd.until([&] { return efaxd.ask("/readyz").find("true") != std::string::npos; }));
    fault(answers("efax.list", 500));
    EXPECT_EQ(efaxd.call(receive_path, "{}").status, 502);
    auto refused = answers("efax.list", 403, -1);
    fault(refused);
    const auto reply = efaxd.call(receive_path, "{}");
    EXPECT_EQ(reply.status, 424);
    EXPECT_FALSE(has_id(reply));
}

// ---- $sync-efax-status, pick-up, notifications

TEST_F(Send, sync_looks_at_once_and_counts) {
    efaxd.settings.send = "mode: live, follow: 1h";
    auto style = sandbox.efax().style();
    style.send_seconds = 1;
    sandbox.efax().set_style(style);
    begin();
    const Outbound fax = outbound();
    EXPECT_EQ(send(fax).status, 200);
    std::string body;
    EXPECT_TRUE(efaxd.until([&] {
        body = efaxd.call("/fhir/R4/Communication/$sync-efax-status", "{}").body;
        return status_of(fax.id) == "completed";
    }));
    EXPECT_NE(body.find("completed"), std::string::npos);
    EXPECT_EQ(efaxd.call("/fhir/R4/Communication/" + fax.id + "/$sync-efax-status", "{}").status, 200);
}

TEST_F(Send, waiting_communications_are_picked_up_if_configured) {
    efaxd.settings.callers = "";
    efaxd.settings.send += ", pick_up: 200ms";
    begin();
    const Outbound one = outbound("+13035550101");
    const Outbound two = outbound("+13035550102");
    EXPECT_TRUE(ends(one.id, "completed"));
    EXPECT_TRUE(ends(two.id, "completed"));
    EXPECT_TRUE(sandbox.send_oracle().clean()) << sandbox.send_oracle().line();
    EXPECT_EQ(seen(one.id).root()["identifier"].size(), 1u) << "the claim is taken away again";
    EXPECT_EQ(sandbox.sent().size(), 2u);
}

TEST_F(Send, a_single_run_picks_up_what_waits) {
    efaxd.settings.callers = "";
    efaxd.settings.send += ", pick_up: 1m";
    efaxd.configure();
    const Outbound fax = outbound();
    const Ended run = efaxd.once();
    EXPECT_EQ(sandbox.sent().size(), 1u) << run.out << run.err;
    EXPECT_NE(efaxd.run({"--dry-run", "--once"}).out.find("only received faxes were looked at"),
              std::string::npos);
    EXPECT_TRUE(none_twice());
}

TEST_F(Send, in_hold_mode_a_single_run_picks_up_nothing) {
    efaxd.settings.callers = "";
    efaxd.settings.send = "mode: hold, pick_up: 1m";
    efaxd.configure();
    const Outbound fax = outbound();
    const Ended run = efaxd.once();
    EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
    EXPECT_TRUE(efaxd.transmissions().empty());
    EXPECT_EQ(sandbox.sent().size(), 0u);
}

TEST_F(Send, a_signed_notification_starts_a_poll_and_a_forged_one_nothing) {
    efaxd.settings.poll = "10m";
    efaxd.settings.webhook_secret = "sim-shared-secret-01";
    begin();
    EXPECT_TRUE(efaxd.until([&] { return efaxd.ask("/readyz").find("true") != std::string::npos; }));
    put(front_desk, 1);
    const std::string body = sandbox::webhook_body("sim-app", front_desk, "some-fax", "INBOUND");
    const auto post = [&](const std::string& signature) {
        return efaxd.call("/efax/webhook", body, "", "POST", {{"X-HMAC-Signature", signature}}).status;
    };
    using Style = sandbox::SignatureStyle;
    EXPECT_EQ(post(sandbox::webhook_signature("another secret", body, Style::good)), 401);
    EXPECT_EQ(efaxd.call("/efax/webhook", body, "").status, 401);
    EXPECT_EQ(sandbox.oracle().communications, 0u);
    EXPECT_EQ(post(sandbox::webhook_signature("sim-shared-secret-01", body, Style::upper_case)), 200);
    EXPECT_TRUE(efaxd.until([&] { return sandbox.oracle().communications == 1; }));
}

TEST_F(Send, a_notification_right_after_another_is_looked_after_as_well) {
    efaxd.settings.poll = "10m";
    efaxd.settings.webhook_secret = "sim-shared-secret-01";
    begin();
    EXPECT_TRUE(efaxd.until([&] { return efaxd.ask("/readyz").find("true") != std::string::npos; }));
    for (std::size_t fax = 1; fax <= 2; ++fax) {
        put(front_desk, 1);
        const std::string body = sandbox::webhook_body("sim-app", front_desk, "some-fax", "INBOUND");
        const auto signature =
            sandbox::webhook_signature("sim-shared-secret-01", body, sandbox::SignatureStyle::good);
        EXPECT_EQ(efaxd.call("/efax/webhook", body, "", "POST", {{"X-HMAC-Signature", signature}}).status,
                  200);
        EXPECT_TRUE(efaxd.until([&] { return sandbox.oracle().communications == fax; }));
    }
}

// ---- callers

TEST_F(Send, callers_without_valid_credentials_get_401) {
    efaxd.settings.fhir_auth =
        "{ method: bearer, token: { file: " + (efaxd.folder() / "token").string() + " } }";
    write_file(efaxd.folder() / "token", "sim-bearer");
    auto style = sandbox.fhir().style();
    style.auth = sandbox::AuthMethod::bearer;
    sandbox.fhir().set_style(style);
    begin();
    const Outbound fax = outbound();
    for (const std::string authorization : {"", "Bearer wrong", "Basic d3Jvbmc6d3Jvbmc=", "nonsense"}) {
        const auto reply = efaxd.call(send_path, fax.json, authorization);
        EXPECT_EQ(reply.status, 401) << authorization;
        EXPECT_EQ(json::Document::parse(reply.body).root()["id"].text_or(""), "unauthorized");
        EXPECT_EQ(efaxd.call(receive_path, "{}", authorization).status, 401);
        EXPECT_EQ(efaxd.call("/metrics", "", authorization, "GET").status, 401);
    }
    EXPECT_EQ(sandbox.sent().size(), 0u);
    EXPECT_EQ(efaxd.call("/livez", "", "", "GET").status, 200);
    EXPECT_EQ(efaxd.call("/fhir/R4/metadata", "", "", "GET").status, 200);
    EXPECT_EQ(efaxd.call("/metrics", "", "Bearer sim-bearer", "GET").status, 200);
    EXPECT_EQ(efaxd.call(send_path, fax.json, "Bearer sim-bearer").status, 200);
    EXPECT_EQ(efaxd.log().find("sim-bearer"), std::string::npos);
}

TEST_F(Send, a_fhir_server_that_lets_in_whoever_comes_vouches_for_nobody) {
    sandbox.fhir().auth().reset();
    begin();
    EXPECT_EQ(send(outbound()).status, 401);
    EXPECT_TRUE(efaxd.says("operations.unguarded"));
    EXPECT_EQ(sandbox.sent().size(), 0u);
}

TEST_F(Send, a_caller_sends_no_document_that_is_not_theirs_to_read) {
    const Outbound fax = outbound();
    sandbox::Caller portal{.token = "portal"};
    portal.only = {"Communication/" + fax.id, "Practitioner/dr-example"};
    sandbox.fhir().auth().add_caller(portal);
    begin();
    const auto reply = efaxd.call(send_path, fax.json, "Bearer portal");
    EXPECT_EQ(reply.status, 422) << reply.body;
    EXPECT_EQ(issue(reply, "code"), "not-found");
    EXPECT_EQ(issue(reply, "expression"), "Communication.payload[0]");
    EXPECT_EQ(sandbox.sent().size(), 0u);
    EXPECT_EQ(send(fax).status, 200) << "another caller may";
}

TEST_F(Send, a_communication_that_another_has_sent_is_shown_and_not_sent_again) {
    begin();
    const Outbound fax = outbound();
    EXPECT_EQ(send(fax).status, 200);
    EXPECT_TRUE(ends(fax.id, "completed"));
    EXPECT_EQ(efaxd.stop(), 0);
    std::filesystem::remove(efaxd.state_dir() / "ledger.db");
    std::filesystem::remove(efaxd.state_dir() / "ledger.mark");
    sandbox.fhir().put([&] {
        auto text = std::string(seen(fax.id).root().raw());
        return text.replace(text.find("completed"), 9, "in-progress");
    }());
    efaxd.start();
    EXPECT_EQ(send(fax).status, 200) << "the ledger was lost, and the app asks again";
    EXPECT_EQ(sandbox.sent().size(), 1u);
}

TEST_F(Send, a_fhir_server_that_fails_after_the_submission_is_no_reason_to_say_that_nothing_was_sent) {
    begin();
    const Outbound fax = outbound();
    auto late = answers("fhir.read", 503, -1);
    late.contains = fax.id;
    late.skip = 5; // as the caller, for the call, twice for the claim, before the submission
    fault(late);
    const auto reply = send(fax);
    EXPECT_TRUE(reply.status == 200 || reply.status == 202) << reply.status << reply.body;
    EXPECT_EQ(sandbox.sent().size(), 1u);
}

TEST_F(Send, a_reload_takes_a_token_back) {
    write_file(efaxd.folder() / "one.token", "token-one");
    write_file(efaxd.folder() / "two.token", "token-two");
    const auto tokens = [&](const std::string& file) {
        return "{ tokens: [ { project: clinic, token: { file: " + (efaxd.folder() / file).string() +
               " } } ] }";
    };
    efaxd.settings.callers = tokens("one.token");
    begin();
    EXPECT_EQ(efaxd.call(receive_path, "{}", "Bearer token-one").status, 200);
    efaxd.settings.callers = tokens("two.token");
    efaxd.configure();
    EXPECT_NE(efaxd.ask("/reload", "POST").find("is in use"), std::string::npos);
    EXPECT_EQ(efaxd.call(receive_path, "{}", "Bearer token-one").status, 401);
    EXPECT_EQ(efaxd.call(receive_path, "{}", "Bearer token-two").status, 200);
}

TEST_F(Send, a_token_of_one_project_cannot_send_for_another) {
    sandbox.efax().store().add_app("other-app", "sim-key+/==");
    sandbox.add_user({.app = "other-app", .user_id = "10000009-20000009"});
    efaxd.settings.projects.push_back({"other", "other-app", "10000009-20000009"});
    write_file(efaxd.folder() / "one.token", "token-of-clinic");
    write_file(efaxd.folder() / "two.token", "token-of-other");
    efaxd.settings.callers =
        "{ tokens: [ { project: clinic, token: { file: " + (efaxd.folder() / "one.token").string() +
        " } }, { project: other, token: { file: " + (efaxd.folder() / "two.token").string() + " } } ] }";
    begin();
    const Outbound fax = outbound();
    const std::string path = "/clinic/fhir/R4/Communication/$send-efax";
    EXPECT_EQ(efaxd.call(path, fax.json, "Bearer token-of-other").status, 403);
    EXPECT_EQ(efaxd.call(path, fax.json, "Bearer token").status, 401);
    EXPECT_EQ(sandbox.sent().size(), 0u);
    EXPECT_EQ(efaxd.call(path, fax.json, "Bearer token-of-clinic").status, 200);
    EXPECT_EQ(efaxd.call(send_path, fax.json, "Bearer token-of-clinic").status, 404) << "which project?";
}

} // namespace
} // namespace efaxd::daemon
