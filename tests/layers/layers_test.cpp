// Which room may include which: src/CMakeLists.txt says it to the linker, the #include lines must say the
// same.
#include "layers/house.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <regex>
#include <set>

namespace efaxd::layers {
namespace {

using Names = std::set<std::string>;

/// Room by room, what it links: rooms by their names, libraries by their targets.
std::map<std::string, Names> read_links(const std::string& cmake) {
    static const std::regex call(R"(efaxd_room\((\w+)([^)]*)\))");
    static const std::regex word(R"([\w:-]+)");
    std::map<std::string, Names> links;
    for (std::sregex_iterator room(cmake.begin(), cmake.end(), call), end; room != end; ++room) {
        Names& targets = links[(*room)[1]];
        const std::string list = (*room)[2];
        for (std::sregex_iterator target(list.begin(), list.end(), word); target != end; ++target) {
            const std::string name = target->str();
            if (name != "LINKS")
                targets.insert(name.starts_with("efaxd_") ? name.substr(6) : name);
        }
    }
    return links;
}

const std::map<std::string, Names>& links() {
    static const auto the_links = read_links(read_in_tree("src/CMakeLists.txt"));
    return the_links;
}

/// Which rooms alone may see a library; RapidJSON has no target of its own, it is headers only.
const std::map<std::string, Names> homes = {
    {"CURL::libcurl", {"http"}},
    {"OpenSSL::Crypto", {"crypto"}},
    {"OpenSSL::SSL", {"crypto"}},
    {"yaml-cpp", {"config"}},
    {"SQLite::SQLite3", {"ledger"}},
    {"spdlog::spdlog", {"log"}},
    {"Boost::headers", {"serve", "app", "sandbox"}},
    {"rapidjson", {"json"}},
    {"TIFF::TIFF", {"pictures"}},
    {"PNG::PNG", {"pictures"}},
    {"seccomp", {"pictures"}},
    {"ncursesw", {"terminal"}},
};

/// Rooms that see the ports: the stories, who fulfils them, and who brings both together.
const Names port_rooms = {"ports",  "flow",  "http",    "efax",   "fhir",
                          "ledger", "spool", "convert", "system", "app"};

/// Rooms without I/O of their own: the standard library, and nothing of the system.
const Names pure_rooms = {"core", "ports", "flow"};

/// The library that a header in angle brackets belongs to: `std`, `system`, a target of `homes`, or empty.
std::string library_of(const std::string& header) {
    static const std::map<std::string, std::string> folders = {
        {"curl", "CURL::libcurl"},   {"openssl", "OpenSSL::Crypto"},
        {"yaml-cpp", "yaml-cpp"},    {"spdlog", "spdlog::spdlog"},
        {"boost", "Boost::headers"}, {"rapidjson", "rapidjson"},
        {"sys", "system"},           {"netinet", "system"},
        {"arpa", "system"},          {"linux", "system"},
        {"net", "system"},
    };
    static const std::map<std::string, std::string> single_headers = {
        {"sqlite3.h", "SQLite::SQLite3"}, {"tiffio.h", "TIFF::TIFF"}, {"png.h", "PNG::PNG"},
        {"seccomp.h", "seccomp"},         {"ncurses.h", "ncursesw"},
    };
    if (const auto single = single_headers.find(header); single != single_headers.end())
        return single->second;
    if (const auto slash = header.find('/'); slash != header.npos) {
        const auto folder = folders.find(header.substr(0, slash));
        return folder == folders.end() ? "" : folder->second;
    }
    return header.find('.') == header.npos ? "std" : "system";
}

/// What is wrong with an #include of a room, given as it stands with its quotes or brackets; empty if
/// nothing.
std::string complaint(const std::string& room, const std::string& include) {
    const std::string name = include.substr(1, include.size() - 2);
    if (include.front() == '"') {
        const std::string other = room_of(name);
        if (other.empty())
            return "is not given from the top of src/ or include/";
        if (other == room)
            return "";
        if (other == "ports")
            return port_rooms.contains(room) ? "" : "must not see the ports";
        if (room == "ports")
            return other == "core" ? "" : "ports see core only";
        return links().at(room).contains(other) ? "" : "must not see the room " + other;
    }
    const std::string library = library_of(name);
    if (library == "std")
        return "";
    if (library == "system")
        return pure_rooms.contains(room) ? "must not see the system" : "";
    if (library.empty())
        return "is of a library that no room is said to use";
    return homes.at(library).contains(room) ? "" : "must not see " + library;
}

TEST(Layers, include_only_what_the_room_may_see) {
    static const std::regex include(R"(^[ \t]*#[ \t]*include[ \t]*("[^"]*"|<[^>]*>))", std::regex::multiline);
    int seen = 0;
    for (const SourceFile& file : sources())
        for (std::sregex_iterator found(file.text.begin(), file.text.end(), include), end; found != end;
             ++found, ++seen)
            EXPECT_EQ(complaint(file.room, (*found)[1]), "") << file.path << " includes " << (*found)[1];
    EXPECT_GT(seen, 200);
}

TEST(Layers, name_every_room_in_cmake) {
    for (const SourceFile& file : sources())
        EXPECT_TRUE(file.room == "ports" || links().contains(file.room)) << file.path;
}

TEST(Layers, link_each_library_in_its_home_alone) {
    for (const auto& [room, targets] : links())
        for (const std::string& target : targets) {
            const bool library = target != "Threads::Threads" && !links().contains(target);
            EXPECT_TRUE(!library || homes.at(target).contains(room)) << room << " links " << target;
        }
}

TEST(Layers, keep_core_and_flow_pure_and_app_on_top) {
    EXPECT_EQ(links().at("core"), Names{});
    EXPECT_EQ(links().at("flow"), (Names{"core", "log"}));
    for (const auto& [room, targets] : links())
        EXPECT_FALSE(targets.contains("app")) << room;
}

TEST(Layers, have_no_circle) {
    std::map<std::string, int> height;
    const std::function<int(const std::string&, int)> climb = [&](const std::string& room, int depth) {
        if (depth > static_cast<int>(links().size()))
            throw std::runtime_error("circle at " + room);
        int most = 0;
        for (const std::string& target : links().at(room))
            if (links().contains(target))
                most = std::max(most, climb(target, depth + 1));
        return height[room] = most + 1;
    };
    for (const auto& [room, targets] : links())
        EXPECT_NO_THROW(climb(room, 0));
    EXPECT_EQ(height.at("core"), 1);
}

TEST(Layers, notice_what_is_forbidden) {
    EXPECT_NE(complaint("core", "\"efaxd/log.hpp\""), "");
    EXPECT_NE(complaint("core", "\"efaxd/ports/clock.hpp\""), "");
    EXPECT_NE(complaint("core", "<unistd.h>"), "");
    EXPECT_NE(complaint("flow", "\"http/client.hpp\""), "");
    EXPECT_NE(complaint("flow", "<sys/stat.h>"), "");
    EXPECT_NE(complaint("ports", "\"efaxd/log.hpp\""), "");
    EXPECT_NE(complaint("efax", "<curl/curl.h>"), "");
    EXPECT_NE(complaint("efax", "<rapidjson/document.h>"), "");
    EXPECT_NE(complaint("efax", "\"fhir/server.hpp\""), "");
    EXPECT_NE(complaint("ctl", "<sqlite3.h>"), "");
    EXPECT_NE(complaint("serve", "\"app/house.hpp\""), "");
    EXPECT_NE(complaint("serve", "\"door.hpp\""), "");
    EXPECT_NE(complaint("http", "<nghttp2/nghttp2.h>"), "");
}

TEST(Layers, allow_what_is_needed) {
    EXPECT_EQ(complaint("core", "<string>"), "");
    EXPECT_EQ(complaint("http", "<curl/curl.h>"), "");
    EXPECT_EQ(complaint("json", "<rapidjson/document.h>"), "");
    EXPECT_EQ(complaint("efax", "\"http/remote.hpp\""), "");
    EXPECT_EQ(complaint("spool", "<unistd.h>"), "");
    EXPECT_EQ(complaint("flow", "\"efaxd/ports/ledger.hpp\""), "");
}

} // namespace
} // namespace efaxd::layers
