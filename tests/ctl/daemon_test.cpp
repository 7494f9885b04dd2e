// efaxctl against a real door on a real socket.
#include "ctl/daemon.hpp"

#include "ctl/run.hpp"
#include "fakes/temp_dir.hpp"
#include "serve/open_door.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace efaxd::ctl {
namespace {

serve::Route status_route() {
    return {"GET", "/status", "", false, [](const serve::Question&, const serve::Reply& reply) {
                reply({200, "application/json", R"({"version":"9.9"})"});
            }};
}

TEST(Daemon, is_asked_through_its_socket) {
    serve::OpenDoor open({status_route()});
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(run({"version"}, {out, err, open.socket().string(), {}, ask_at}), 0);
    EXPECT_NE(out.str().find("efaxd   9.9"), std::string::npos) << out.str();
    EXPECT_EQ(run({"reload"}, {out, err, open.socket().string(), {}, ask_at}), 64);
    EXPECT_NE(err.str().find("(not_found)"), std::string::npos) << err.str();
}

TEST(Daemon, takes_mailbox_ids_as_they_are) {
    std::string asked;
    serve::OpenDoor open({{"POST", "/mailboxes/{id}/pause", "", true,
                           [&](const serve::Question& question, const serve::Reply& reply) {
                               asked = question.captures.at("id");
                               reply({200, "application/json", R"({"text":"paused"})"});
                           }}});
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(run({"pause", "clinic:Organization:a/b c"}, {out, err, open.socket().string(), {}, ask_at}), 0);
    EXPECT_EQ(out.str(), "paused\n");
    open.loop.stop();
    EXPECT_EQ(asked, "clinic:Organization:a/b c");
}

TEST(Daemon, that_does_not_run_is_told_as_such) {
    const fakes::TempDir folder;
    const std::string socket = (folder.path() / "none.sock").string();
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(run({"status"}, {out, err, socket, {}, ask_at}), 69);
    EXPECT_EQ(err.str(), "efaxctl: there is no socket " + socket +
                             ": is the service running? (systemctl status efaxd)\n");
}

TEST(Daemon, that_hangs_is_not_waited_for_without_end) {
    serve::Reply never;
    serve::OpenDoor open({{"GET", "/status", "", false,
                           [&](const serve::Question&, serve::Reply reply) { never = std::move(reply); }}});
    EXPECT_THROW(ask_at(open.socket())(http::Method::get, "/status", std::chrono::milliseconds{50}),
                 Unreachable);
    open.door.reset();
    open.loop.stop();
}

} // namespace
} // namespace efaxd::ctl
