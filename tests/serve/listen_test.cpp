#include "serve/listen.hpp"

#include "fakes/temp_dir.hpp"
#include "serve/open_door.hpp"
#include "serve/raw_client.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <system_error>

#include <sys/stat.h>

namespace efaxd::serve {
namespace {

Route nothing() {
    return {"GET", "/livez", "", false, [](const Question&, const Reply& reply) { reply({}); }};
}

struct Place {
    std::unique_ptr<Door> open(const std::filesystem::path& at) {
        DoorOptions options;
        options.socket = at;
        return std::make_unique<Door>(loop.executor(), options, std::vector{nothing()}, nullptr);
    }
    std::string refusal(const std::filesystem::path& at) {
        try {
            open(at);
        } catch (const std::system_error& error) {
            return error.what();
        }
        return "opened";
    }
    fakes::TempDir folder;
    std::filesystem::path path = folder.path() / "s";
    Loop loop;
};

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Socket, is_for_owner_and_group_only) {
    Place place;
    const auto door = place.open(place.path);
    struct stat found {};
    ASSERT_EQ(::stat(place.path.c_str(), &found), 0);
    EXPECT_TRUE(S_ISSOCK(found.st_mode));
    EXPECT_EQ(found.st_mode & 07777, 0660u);
}

TEST(Socket, replaces_one_nobody_listens_on) {
    Place place;
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        place.path.native().copy(address.sun_path, sizeof address.sun_path - 1);
        const int old = ::socket(AF_UNIX, SOCK_STREAM, 0);
        ASSERT_EQ(::bind(old, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        ::close(old);
    }
    const auto door = place.open(place.path);
    EXPECT_TRUE(RawClient(place.path).get("/livez").starts_with("HTTP/1.1 200"));
}

TEST(Socket, leaves_a_living_one_alone) {
    Place place;
    const auto door = place.open(place.path);
    EXPECT_TRUE(says(place.refusal(place.path), "another program listens there"));
    EXPECT_TRUE(RawClient(place.path).get("/livez").starts_with("HTTP/1.1 200"));
}

TEST(Socket, leaves_a_file_that_is_none_alone) {
    Place place;
    std::ofstream(place.path) << "precious";
    EXPECT_TRUE(says(place.refusal(place.path), "no socket is in the way"));
    EXPECT_EQ(std::filesystem::file_size(place.path), 8u);
}

TEST(Socket, names_the_path_it_cannot_have) {
    Place place;
    const auto missing = place.folder.path() / "missing" / "s";
    EXPECT_TRUE(says(place.refusal(missing), missing.string()));
    EXPECT_TRUE(says(place.refusal(place.folder.path() / std::string(120, 'x')), "too long"));
    EXPECT_TRUE(says(place.refusal(""), "no path"));
}

TEST(Socket, goes_with_its_door_but_not_a_later_ones) {
    Place place;
    auto door = place.open(place.path);
    door.reset();
    EXPECT_FALSE(std::filesystem::exists(place.path));
    door = place.open(place.path);
    std::filesystem::remove(place.path);
    const auto later = place.open(place.path);
    door.reset();
    EXPECT_TRUE(RawClient(place.path).get("/livez").starts_with("HTTP/1.1 200"));
}

} // namespace
} // namespace efaxd::serve
