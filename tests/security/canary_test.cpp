// Marked words in every name, number, subject, page and secret, taken through receiving, sending and every
// kind of trouble at debug level: none of them shows anywhere it may be read.
#include "clinic.hpp"

#include <csignal>
#include <filesystem>
#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace efaxd::daemon {
namespace {

using sandbox::FaultKind;
using sandbox::NewOutbound;
using sandbox::Outbound;

/// Marker, and what it marks.
const std::vector<std::pair<std::string, std::string>>& canaries() {
    static const std::vector<std::pair<std::string, std::string>> all = {
        {"3035557701", "number of a caller"},
        {"3035557702", "number called"},
        {"3035557703", "number of a recipient"},
        {"3035557704", "number that is busy"},
        {"3035557705", "number that no one may send to"},
        {"CANARYTSID", "name of a calling machine"},
        {"CANARYPAGE", "text on a received page"},
        {"Q0FOQVJZUEFHR", "the same in base64"},
        {"CANARYDOCUMENT", "text on a sent page"},
        {"Q0FOQVJZRE9DVU1FTl", "the same in base64"},
        {"CANARYSUBJECT", "subject"},
        {"CANARYATTENTION", "person on the cover page"},
        {"CANARYMESSAGE", "text on the cover page"},
        {"CANARYFHIRTOKEN", "our token at the FHIR server"},
        {"CANARYCALLER", "token of a caller"},
        {"CANARYINTRUDER", "token of a stranger"},
        {"CANARYWEBHOOK", "secret of the webhook"},
        {"sim-key+/==", "API key"},
        {"c2ltLWFwcDpzaW0ta2V5Ky89PQ", "App ID and key as eFax gets them"},
        {"10000001-20000001", "user ID"},
        {"canaryleak", "what a test lets leak"},
    };
    return all;
}

/// What is marked in a text, one a line.
std::string found_in(const std::string& text) {
    std::string found;
    for (const auto& [marker, what] : canaries())
        if (text.find(marker) != std::string::npos)
            found += what + " (" + marker + ")\n";
    return found;
}

using Commands = std::vector<std::vector<std::string>>; ///< of efaxctl

class Canary : public Clinic {
  protected:
    Canary() {
        sandbox.fhir().auth().add_caller({.token = "CANARYFHIRTOKEN"});
        sandbox.fhir().auth().add_caller({.token = "CANARYCALLER"});
        const auto token = efaxd.folder() / "fhir-token";
        write_file(token, "CANARYFHIRTOKEN");
        efaxd.settings.fhir_auth = "{ method: bearer, token: { file: " + token.string() + " } }";
        efaxd.settings.callers = "fhir";
        efaxd.settings.webhook_secret = "CANARYWEBHOOK-0123456789";
        efaxd.settings.send =
            "mode: live, follow: 100ms, look: 1s, at_once: 50, per_hour: 10000, pick_up: 200ms";
        auto style = sandbox.efax().style();
        style.send_seconds = 0;
        sandbox.efax().set_style(style);
    }

    /// Each kind of trouble at each endpoint, now and then.
    void trouble_everywhere() {
        for (const char* const endpoint :
             {"efax.tokens", "efax.list", "efax.image", "efax.patch", "efax.send", "efax.sent",
              "efax.details", "fhir.search", "fhir.read", "fhir.binary", "fhir.create", "fhir.update"})
            for (const FaultKind kind :
                 {FaultKind::status, FaultKind::redirect, FaultKind::lose_reply, FaultKind::cut,
                  FaultKind::wrong_json, FaultKind::wrong_type, FaultKind::errors_200}) {
                auto rule = trouble(endpoint, kind, 1);
                rule.status = 503;
                rule.bytes = 20;
                rule.probability = 0.4;
                fault(rule);
            }
    }

    void receive() {
        sandbox::NewFaxes faxes;
        faxes.count = 5;
        faxes.text = "CANARYPAGE";
        faxes.from_number = "13035557701";
        faxes.to_number = "13035557702";
        faxes.tsid = "CANARYTSID";
        sandbox.put_faxes(faxes);
    }

    Outbound outbound(const std::string& number, const std::string& status = "in-progress") {
        NewOutbound wanted;
        wanted.numbers = {number};
        wanted.text = "CANARYDOCUMENT " + number;
        wanted.subject = "CANARYSUBJECT";
        wanted.notes = {"Attn: CANARYATTENTION", "CANARYMESSAGE"};
        wanted.status = status;
        return sandbox.put_outbound(wanted);
    }

    std::string send(const Outbound& fax, const std::string& caller = "Bearer CANARYCALLER") {
        return efaxd.call("/fhir/R4/Communication/$send-efax", fax.json, caller).body;
    }

    /// What callers have sent is theirs to see; what is said of it besides is not.
    void expect_no_leak(const std::string& text, const std::string& where) {
        EXPECT_EQ(found_in(text), "") << where;
    }

    /// What the kernel tells of the process to those who may ask.
    std::string kernel_shows() {
        std::string all;
        for (const auto* file : {"/cmdline", "/environ", "/comm", "/status", "/limits", "/maps"})
            all += read_file("/proc/" + std::to_string(efaxd.child().pid()) + file);
        return all;
    }

    std::string all_files() const {
        std::string all;
        for (const auto& file : std::filesystem::recursive_directory_iterator(efaxd.state_dir()))
            if (file.is_regular_file())
                all += file.path().string() + "\n" + read_file(file.path());
        return all;
    }
};

TEST_F(Canary, shows_nowhere_after_receiving_and_sending_in_all_kinds_of_trouble) {
    trouble_everywhere();
    efaxd.configure();
    efaxd.start();
    receive();
    std::string answers;
    for (const auto* number : {"+13035557703", "+13035557704"})
        send(outbound(number));
    answers += send(outbound("+13035557703"), "Bearer CANARYINTRUDER");
    answers += send(outbound("+13035557703"), "Basic CANARYINTRUDER");
    answers += send(outbound("+13035557703", "entered-in-error"));
    answers +=
        efaxd.call("/fhir/R4/Communication/$send-efax", "{\"CANARYMESSAGE", "Bearer CANARYCALLER").body;
    answers += efaxd.call("/fhir/R4/Communication/$receive-efax", "", "Bearer CANARYCALLER").body;
    answers += efaxd.call("/efax/webhook", "{\"fax_id\":\"CANARYMESSAGE\"}", "").body;
    answers += efaxd.call("/fhir/R4/metadata", "", "", "GET").body;
    efaxd.until([&] { return sandbox.oracle().clean(); }, Patience{2000}); // some of the trouble is over then
    std::string asked;
    for (const auto* path :
         {"/status", "/mailboxes", "/faxes", "/transmissions", "/metrics", "/readyz", "/livez"})
        asked += efaxd.ask(path);
    for (const auto& command :
         Commands{{"status"}, {"mailboxes"}, {"faxes", "--all"}, {"transmissions", "--all"}, {"metrics"}})
        asked += efaxd.ctl(command).out;
    EXPECT_NE(asked.find("efaxd_requests_total"), std::string::npos);
    EXPECT_NE(asked.find("efaxd_events_total"), std::string::npos);
    EXPECT_FALSE(asked.empty());
    const std::string kernel = kernel_shows();
    EXPECT_NE(kernel.find("efaxd"), std::string::npos);
    expect_no_leak(answers, "answers to callers");
    expect_no_leak(asked, "status socket");
    expect_no_leak(kernel, "command line and environment");

    sandbox.faults().clear();
    EXPECT_TRUE(all_arrive());
    EXPECT_EQ(efaxd.stop(), 0);
    expect_no_leak(efaxd.log() + read_file(efaxd.folder() / "daemon.out"), "log");
}

// Memory is full of them: it must not reach a file. What root reads of a living process, it reads.
TEST_F(Canary, leaves_no_core_behind) {
    efaxd.configure();
    efaxd.start();
    receive();
    EXPECT_TRUE(all_arrive());
    const std::string limits = read_file("/proc/" + std::to_string(efaxd.child().pid()) + "/limits");
    static const std::regex no_core(R"(Max core file size +0 +0 )");
    EXPECT_TRUE(std::regex_search(limits, no_core)) << limits;
    efaxd.child().signal(SIGABRT);
    EXPECT_EQ(efaxd.child().wait(Patience{10000}), 128 + SIGABRT);
    EXPECT_FALSE(efaxd.child().dumped_core());
}

TEST_F(Canary, leaves_the_ledger_once_all_is_done) {
    efaxd.configure();
    efaxd.start();
    receive();
    const auto fax = outbound("+13035557703");
    send(fax);
    EXPECT_TRUE(all_arrive());
    EXPECT_TRUE(efaxd.until([&] {
        const auto rows = efaxd.transmissions();
        return rows.size() == 1 && rows[0].over();
    }));
    EXPECT_EQ(efaxd.stop(), 0);
    std::string found = found_in(all_files());
    // The ledger must know which user ID a row is of: what stands in the way of others is the folder's mode.
    const std::string user = "user ID (10000001-20000001)\n";
    if (const auto at = found.find(user); at != found.npos)
        found.erase(at, user.size());
    EXPECT_EQ(found, "");
}

// What is put there on purpose is found in each of the places that are looked at, so that a leak would be.
TEST_F(Canary, is_found_by_its_judge_in_every_place_where_something_leaks) {
    efaxd.settings.projects.front().name = "canaryleak"; // a project's name is shown everywhere
    efaxd.configure();
    efaxd.start({{"EFAXD_LEAK", "CANARYATTENTION"}});
    receive();
    EXPECT_TRUE(all_arrive());
    const auto expect_leak = [](const std::string& text, const std::string& where) {
        EXPECT_NE(found_in(text), "") << where;
    };
    for (const auto* path : {"/status", "/mailboxes", "/faxes", "/metrics"})
        expect_leak(efaxd.ask(path), path);
    for (const auto& command : Commands{{"status", "--json"}, {"mailboxes"}, {"faxes", "--all"}, {"metrics"}})
        expect_leak(efaxd.ctl(command).out, command.front());
    expect_leak(kernel_shows(), "environment");
    EXPECT_EQ(efaxd.stop(), 0);
    expect_leak(efaxd.log(), "log");
    expect_leak(all_files(), "state directory");
}

// The scan finds what is there: each marker stands somewhere it belongs.
TEST_F(Canary, would_be_found) {
    efaxd.configure();
    efaxd.start();
    receive();
    const auto fax = outbound("+13035557703");
    send(fax);
    EXPECT_TRUE(all_arrive());
    EXPECT_NE(found_in(fax.json).find("CANARYSUBJECT"), std::string::npos);
    EXPECT_NE(found_in(read_file(efaxd.folder() / "fhir-token")), "");
    for (const auto& [marker, what] : canaries())
        EXPECT_EQ(found_in("x" + marker + "x"), what + " (" + marker + ")\n");
    bool kept = false;
    for (const auto& communication : sandbox.fhir().store().all("Communication"))
        kept = kept || found_in(communication.text).find("3035557701") != std::string::npos;
    EXPECT_TRUE(kept);
}

} // namespace
} // namespace efaxd::daemon
