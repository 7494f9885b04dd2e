// The real program among strangers: a hostile eFax, hostile callers, a crowd at its socket.
#include "security/footprint.hpp"
#include "security/hostile.hpp"

#include "clinic.hpp"
#include "efaxd/core/base64.hpp"
#include "fakes/loopback_server.hpp"
#include "serve/raw_client.hpp"

#include <atomic>
#include <filesystem>
#include <memory>
#include <regex>
#include <set>

namespace efaxd::daemon {
namespace {

using fakes::LoopbackServer;
using security::Hostile;
using security::mebibyte;
using serve::RawClient;

class Strangers : public Clinic {
  protected:
    void begin() {
        efaxd.settings.owners = "none";
        efaxd.settings.callers = "fhir";
        sandbox.fhir().auth().add_caller({.token = "sim-caller"});
        efaxd.configure();
    }

    /// The same configuration, with another eFax.
    void use_efax(const std::string& url) {
        std::string text = read_file(efaxd.config_file());
        const std::string old = sandbox.efax_url();
        text.replace(text.find(old), old.size(), url);
        efaxd.configure(text);
    }

    std::size_t resident() { return security::memory_of(std::to_string(efaxd.child().pid()), "VmRSS:"); }

    int door_port() const {
        const std::string url = efaxd.operations_url();
        return std::stoi(url.substr(url.rfind(':') + 1));
    }

    void expect_only_known_files() const {
        static const std::regex known("lock|ledger\\.mark|ledger\\.db(-wal|-shm)?|spool(/[0-9a-f]{64})?");
        for (const auto& file : std::filesystem::recursive_directory_iterator(efaxd.state_dir())) {
            const auto name = std::filesystem::relative(file.path(), efaxd.state_dir()).string();
            EXPECT_TRUE(std::regex_match(name, known)) << name;
        }
    }
};

/// An eFax whose lists are full of hostile ids around a few good faxes.
class HostileEfax {
  public:
    static constexpr int good = 3;

    std::string url() const { return server_.url(); }
    int lists() const { return lists_; }
    /// Paths that were asked for, without those of lists and tokens.
    std::vector<LoopbackServer::Seen> asked() const {
        auto diary = server_.diary();
        std::erase_if(diary, [](const auto& seen) {
            return seen.target == "/tokens" || seen.target.starts_with("/faxes/received");
        });
        return diary;
    }

  private:
    static std::string id(int number) {
        return "0b6f7c1e-5a52-4f0e-9a61-00000000000" + std::to_string(number);
    }

    LoopbackServer::Answer answer(const LoopbackServer::Seen& seen) {
        LoopbackServer::Answer answer;
        answer.headers = {{"Content-Type", "application/json"}};
        if (seen.target == "/tokens")
            answer.body = R"({"access_token":"t","token_type":"bearer","expires_in":86399})";
        else if (seen.target.starts_with("/faxes/received"))
            answer.body = list();
        else if (seen.target.find("/image") != std::string::npos)
            answer.body = R"({"fax_id":")" + seen.target.substr(7, 36) + R"(","image":")" +
                          base64("%PDF-1.4\n" + seen.target + "\n%%EOF\n") + "\"}";
        else
            answer.body = "{}";
        return answer;
    }

    std::string list() {
        std::string items;
        for (int i = 0; i < good; ++i)
            items +=
                R"({"fax_id":")" + id(i) + R"(","tsid":")" + hostile_.in_json(hostile_.word()) + R"("},)";
        for (int i = 0; i < 90; ++i) {
            std::string word = hostile_.word();
            while (clean_fax_id(word) ||
                   word.size() > 10'000) // none that could be a fax, and no endless list
                word = hostile_.word();
            items += R"({"fax_id":")" + hostile_.in_json(word) + R"("},)";
        }
        ++lists_;
        return R"({"faxes":[)" + items.substr(0, items.size() - 1) + "]}";
    }

    Hostile hostile_{21};
    std::atomic<int> lists_{0};
    LoopbackServer server_{[this](const LoopbackServer::Seen& seen) { return answer(seen); }};
};

TEST_F(Strangers, a_hostile_list_brings_its_good_faxes_and_nothing_else) {
    HostileEfax efax;
    efaxd.settings.poll = "100ms";
    begin();
    use_efax(efax.url());
    efaxd.start();
    const auto delivered = [&] {
        return efaxd.status().root()["faxes"]["stages"]["acknowledged"].integer() == HostileEfax::good;
    };
    EXPECT_TRUE(efaxd.until([&] { return delivered() && efax.lists() >= 60; })) << efaxd.ask("/status");
    EXPECT_EQ(efaxd.stop(), 0);
    EXPECT_EQ(efaxd.rows().size(), static_cast<std::size_t>(HostileEfax::good));
    EXPECT_EQ(requests("fhir.create"), static_cast<std::size_t>(HostileEfax::good));
    const std::regex fax_path(
        "/faxes/0b6f7c1e-5a52-4f0e-9a61-00000000000[0-2]/(image\\?desired_format=PDF|metadata)");
    for (const auto& seen : efax.asked())
        EXPECT_TRUE(std::regex_match(seen.target, fax_path)) << seen.target;
    EXPECT_TRUE(security::clean_lines(efaxd.log())) << efaxd.log();
    expect_only_known_files();
}

TEST_F(Strangers, hostile_ids_at_both_doors_are_answered_and_leave_no_trace) {
    begin();
    efaxd.start();
    Hostile hostile(22);
    const std::string fhir = "/fhir/R4/";
    for (int i = 0; i < security::dose(150); ++i) {
        const std::string word = hostile.word();
        const std::string end = " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sim-caller\r\nContent-Type: "
                                "application/fhir+json\r\nConnection: close\r\nContent-Length: ";
        const std::string body = R"({"resourceType":"Communication","id":")" + hostile.in_json(word) +
                                 R"(","status":"in-progress"})";
        const std::vector<std::string> outside = {
            "POST " + fhir + "Organization/" + word + "/$receive-efax" + end + "0\r\n\r\n",
            "POST " + fhir + "Communication/" + word + "/$sync-efax-status" + end + "0\r\n\r\n",
            "POST " + fhir + "Communication/$send-efax" + end + std::to_string(body.size()) + "\r\n\r\n" +
                body,
            "POST /" + word + fhir + "Communication/$send-efax" + end + "0\r\n\r\n"};
        const std::vector<std::string> inside = {
            "GET /faxes/" + word + end + "0\r\n\r\n",
            "GET /faxes?after=" + word + "&project=" + word + end + "0\r\n\r\n",
            "POST /faxes/" + word + "/hold" + end + "0\r\n\r\n",
            "POST /mailboxes/" + word + "/pause" + end + "0\r\n\r\n",
            "POST /transmissions/" + word + "/confirm" + end + "0\r\n\r\n",
            "POST /poll?mailbox=" + word + end + "0\r\n\r\n"};
        RawClient at_tcp(door_port());
        at_tcp.say(outside[hostile.below(outside.size())]);
        RawClient at_socket(efaxd.folder() / "socket");
        at_socket.say(inside[hostile.below(inside.size())]);
        for (const auto& heard : {at_tcp.hear_out(), at_socket.hear_out()}) {
            EXPECT_TRUE(heard.starts_with("HTTP/1.1 ")) << heard;
            EXPECT_EQ(heard.find("\nX-Evil"), std::string::npos) << heard;
            EXPECT_EQ(heard.find("HTTP/1.1 5"), std::string::npos) << heard;
        }
    }
    EXPECT_TRUE(polled_again());
    EXPECT_EQ(efaxd.stop(), 0);
    EXPECT_TRUE(security::clean_lines(efaxd.log()));
    EXPECT_TRUE(sandbox.sent().empty());
    expect_only_known_files();
}

TEST_F(Strangers, a_crowd_at_the_socket_does_not_touch_the_polling) {
    begin();
    efaxd.start();
    ASSERT_TRUE(polled_again());
    const std::size_t before = resident();
    std::vector<std::unique_ptr<RawClient>> crowd;
    const std::string line(mebibyte, 'l');
    for (int i = 0; i < 1000; ++i) {
        crowd.push_back(i % 2 == 0 ? std::make_unique<RawClient>(efaxd.folder() / "socket")
                                   : std::make_unique<RawClient>(door_port()));
        ASSERT_TRUE(crowd.back()->connected()) << i;
        if (i % 4 == 1)
            crowd.back()->say("POST /fhir/R4/Communication/$send-efax HTTP/1.1\r\nHost: x\r\nContent-Le");
        if (i % 4 == 3)
            crowd.back()->say("POST /fhir/R4/Communication/$send-efax HTTP/1.1\r\nHost: x\r\nContent-Length: "
                              "1000000\r\n\r\nhalf");
        if (i % 100 == 5)
            crowd.back()->say(line); // refused before its end
    }
    put(front_desk, 3);
    EXPECT_TRUE(efaxd.until([&] { return sandbox.oracle().clean(); })) << efaxd.log();
    EXPECT_LE(resident(), before + 32 * mebibyte);
    crowd.clear();
    EXPECT_TRUE(efaxd.until([&] { return !efaxd.ask("/status").empty(); }));
    EXPECT_EQ(efaxd.stop(), 0);
}

// libcurl would write the keys of all connections there, and whoever has them can read what was said.
TEST_F(Strangers, no_variable_makes_a_file_of_tls_keys) {
    const auto keys = efaxd.folder() / "keys";
    begin();
    efaxd.start({{"SSLKEYLOGFILE", keys.string()}});
    EXPECT_TRUE(polled_again());
    EXPECT_EQ(efaxd.stop(), 0);
    EXPECT_FALSE(std::filesystem::exists(keys));
}

} // namespace
} // namespace efaxd::daemon
