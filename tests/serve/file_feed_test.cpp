#include "serve/file_feed.hpp"

#include "http/client.hpp"
#include "serve/open_door.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace efaxd::serve {
namespace {

/// Jobs of the desk, done on a thread of their own.
class FileFeed : public testing::Test {
  protected:
    std::filesystem::path make(const std::string& text) const {
        const auto file = folder.path() / "file";
        std::ofstream(file, std::ios::binary) << text;
        return file;
    }
    std::function<void(std::function<void()>)> at_desk() {
        return [this](std::function<void()> job) { boost::asio::post(desk.executor(), std::move(job)); };
    }

    fakes::TempDir folder;
    Loop desk;
};

TEST_F(FileFeed, carries_a_large_file_whole_to_a_client) {
    std::string text;
    for (int i = 0; text.size() < 3'000'000; ++i)
        text += std::to_string(i);
    const auto file = make(text);
    const auto token = std::make_shared<int>(1);
    OpenDoor open(
        {{"POST", "/backup", "", true, [&](const Question&, const Reply& reply) {
              reply({200, "application/octet-stream", {}, {}, feed_of_file(file, at_desk(), token)});
          }}});
    http::Client client({});
    http::Request request;
    request.method = http::Method::post;
    request.url = "http://localhost/backup";
    request.unix_socket = open.socket();
    const http::Reply reply = client.exchange(request, {});
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.body == text) << reply.body.size();
    EXPECT_FALSE(std::filesystem::exists(file)) << "its name is gone from the beginning";
}

TEST_F(FileFeed, keeps_its_token_until_the_end) {
    auto token = std::make_shared<int>(1);
    const std::weak_ptr<int> kept = token;
    auto feed = feed_of_file(
        make("x"), [](const std::function<void()>& job) { job(); }, std::move(token));
    feed->on_news([] {});
    EXPECT_EQ(feed->take().text, "x");
    EXPECT_TRUE(feed->take().last);
    EXPECT_FALSE(kept.expired());
    feed.reset();
    EXPECT_TRUE(kept.expired());
}

TEST_F(FileFeed, is_not_made_of_a_file_that_is_not_there) {
    EXPECT_THROW(feed_of_file(folder.path() / "none", at_desk(), nullptr), std::system_error);
}

} // namespace
} // namespace efaxd::serve
