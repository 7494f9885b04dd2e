// What a running daemon tells whoever listens, and the configuration it shows.
#include "clinic.hpp"

#include "serve/raw_client.hpp"

#include <map>
#include <utility>

namespace efaxd::daemon {
namespace {

class Events : public Clinic {
  protected:
    static void listen(const serve::RawClient& client, const std::string& query = {}) {
        ASSERT_TRUE(client.say("GET /events" + query + " HTTP/1.1\r\nHost: efaxd\r\n\r\n"));
    }
    static std::string hear_until(serve::RawClient& client, const std::string& text) {
        std::string heard;
        while (heard.find(text) == std::string::npos) {
            const std::string more = client.hear_some();
            if (more.empty())
                break;
            heard += more;
        }
        return heard;
    }
    std::filesystem::path socket() const { return efaxd.folder() / "socket"; }
};

TEST_F(Events, tell_of_each_fax_and_of_no_person) {
    efaxd.start();
    serve::RawClient client(socket());
    listen(client, "?code=fax.");
    hear_until(client, ": events");
    const std::string id = put(front_desk).front();
    const std::string heard = hear_until(client, "fax.delivered");
    EXPECT_NE(heard.find("event: fax.delivered\ndata: {"), std::string::npos) << heard;
    EXPECT_NE(heard.find("\"fax\":\"" + id), std::string::npos) << heard;
    EXPECT_EQ(heard.find(front_desk), std::string::npos);
    EXPECT_EQ(heard.find("mailbox.new_faxes"), std::string::npos) << "another code";
    EXPECT_TRUE(all_arrive());
}

TEST_F(Events, do_not_keep_the_daemon_from_stopping) {
    efaxd.start();
    serve::RawClient idle(socket());
    serve::RawClient deaf(socket());
    listen(idle);
    listen(deaf, "?level=debug");
    hear_until(idle, ": events");
    EXPECT_EQ(efaxd.stop(), 0);
    idle.hear_out();
    EXPECT_TRUE(idle.ended());
}

TEST_F(Events, refuse_a_level_that_there_is_not) {
    efaxd.start();
    serve::RawClient client(socket());
    EXPECT_NE(client.get("/events?level=loud").find("400 Bad Request"), std::string::npos);
}

TEST_F(Events, have_the_configuration_beside_them_without_a_secret) {
    efaxd.start();
    const auto answer = json::Document::parse(efaxd.ask("/config"));
    std::map<std::string, std::pair<std::string, bool>> settings;
    for (std::size_t i = 0; i < answer.root()["settings"].size(); ++i) {
        const json::Value one = answer.root()["settings"].at(i);
        settings[std::string(one["key"].text_or(""))] = {std::string(one["value"].text_or("")),
                                                         static_cast<bool>(one["line"])};
    }
    EXPECT_EQ(settings["projects[0].mailboxes.poll"], std::pair(std::string("200ms"), true));
    EXPECT_EQ(settings["projects[0].send.per_hour"].second, false);
    EXPECT_EQ(settings["projects[0].receive.window"], std::pair(std::string("3d"), false));
    EXPECT_EQ(settings["projects[0].send.mode"], std::pair(std::string("hold"), false));
    EXPECT_EQ(settings["projects[0].secrets.eFaxAppId.file"].first.find("sim-app"), std::string::npos);
    EXPECT_EQ(efaxd.ask("/config").find("sim-key"), std::string::npos);
    EXPECT_EQ(efaxd.ctl({"config"}).exit_code, 0);
}

} // namespace
} // namespace efaxd::daemon
