// efaxctl against a real door on a real socket.
#include "ctl/daemon.hpp"

#include "ctl/run.hpp"
#include "fakes/temp_dir.hpp"
#include "serve/feed.hpp"
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

/// Two pieces, and then what it is told: the end, or nothing more.
class TwoPieces final : public serve::Feed {
  public:
    explicit TwoPieces(bool ends) : ends_(ends) {}
    void on_news(std::function<void()> wake) override { wake(); }
    Piece take() override {
        ++taken_;
        if (taken_ > 2)
            return {{}, ends_};
        return {taken_ == 1 ? "one " : "two"};
    }

  private:
    const bool ends_;
    int taken_ = 0;
};

serve::Route stream_route(bool ends) {
    return {"GET", "/events", "", false, [ends](const serve::Question&, const serve::Reply& reply) {
                reply({200, "text/plain", {}, {}, std::make_shared<TwoPieces>(ends)});
            }};
}

TEST(Daemon, is_followed_piece_by_piece_to_the_end) {
    serve::OpenDoor open({stream_route(true)});
    std::string heard;
    const auto sink = [&](std::string_view piece) { heard += piece; };
    EXPECT_EQ(follow_at(open.socket())(http::Method::get, "/events", sink).status, 200);
    EXPECT_EQ(heard, "one two");
    const Told none = follow_at(open.socket())(http::Method::get, "/none", sink);
    EXPECT_EQ(none.status, 404);
    EXPECT_NE(none.body.find("not_found"), std::string::npos);
    EXPECT_EQ(heard, "one two");
}

TEST(Daemon, that_goes_while_it_is_followed_is_told_as_such) {
    serve::OpenDoor open({stream_route(false)});
    const auto sink = [&](std::string_view piece) {
        if (piece.find("two") != piece.npos)
            open.door->close();
    };
    EXPECT_THROW(follow_at(open.socket())(http::Method::get, "/events", sink), Unreachable);
}

} // namespace
} // namespace efaxd::ctl
