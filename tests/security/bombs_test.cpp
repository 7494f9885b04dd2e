// Whatever a server pours out, and wherever: the memory it takes is bounded, and so is the time.
#include "security/bombs.hpp"
#include "security/footprint.hpp"
#include "security/hostile.hpp"

#include "config/load.hpp"
#include "fakes/temp_dir.hpp"
#include "http/client.hpp"
#include "system/process.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>

namespace efaxd::security {
namespace {

using namespace std::chrono_literals;

/// Of the largest place: a Communication of 16 MiB, the text of its document, and the two of them parsed.
constexpr std::size_t most_rise = 64 * mebibyte;
/// Of all places that read no documents out of resources.
constexpr std::size_t usual_rise = 24 * mebibyte;
/// Documents are streamed, and may be large.
constexpr std::uint64_t most_poured = std::uint64_t{900} << 20;

bool holds_documents(const std::string& name) {
    return name == "FHIR Communication read" || name == "FHIR DocumentReference" || name == "FHIR standing" ||
           name == "FHIR Communication PATCH" || name == "FHIR Communication PUT" || name == "FHIR claim" ||
           name == "eFax image pages";
}

class Bombs : public ::testing::Test {
  protected:
    Bombs() { system::pool_memory(); } // as efaxd does

    /// Every so many cells in a short run, so that each endpoint and each bomb has its turn; all in a long.
    void throw_at_all(const std::vector<Bomb>& bombs, int every) {
        every = std::max(1, every / dose(1));
        int cell = 0;
        int thrown = 0;
        for (const Endpoint& endpoint : all_endpoints())
            for (const Bomb& bomb : bombs)
                if (++cell % every == 0) {
                    throw_one(endpoint, bomb);
                    ++thrown;
                }
        EXPECT_GT(thrown, 0);
        std::cout << thrown << " cells\n";
        for (const auto& [name, rise] : rises_)
            std::cout << rise / mebibyte << " MiB  " << name << '\n';
    }

    void throw_one(const Endpoint& endpoint, const Bomb& bomb) {
        const std::string what = endpoint.name + ", " + bomb.name;
        *bomb.poured = 0;
        const Footprint footprint;
        const auto began = std::chrono::steady_clock::now();
        const auto outcome = endpoint.run({}, bomb.answer);
        const std::size_t rise = footprint.rise();
        if (const auto took = std::chrono::steady_clock::now() - began; took > 5s)
            std::cout << std::chrono::duration_cast<std::chrono::seconds>(took).count() << " s, "
                      << *bomb.poured / mebibyte << " MiB poured, " << outcome.asked << " times: " << what
                      << '\n';
        EXPECT_GE(outcome.asked, 1) << what;
        EXPECT_LE(rise, holds_documents(endpoint.name) ? most_rise : usual_rise) << what;
        EXPECT_LE(*bomb.poured, most_poured * static_cast<std::uint64_t>(outcome.asked)) << what;
        for (const auto& seen : outcome.diary)
            EXPECT_EQ(seen.header("accept-encoding"), "") << what;
        auto& highest = rises_[endpoint.name];
        highest = std::max(highest, rise);
    }

    std::map<std::string, std::size_t> rises_;
};

TEST_F(Bombs, without_an_end_take_no_memory_at_any_endpoint) { throw_at_all(endless_bombs(), 23); }

TEST_F(Bombs, of_json_take_little_memory_at_any_endpoint) {
    throw_at_all(json_bombs(4 * mebibyte - 4096), 37);
    throw_at_all(json_bombs(15 * mebibyte), 53);
}

TEST_F(Bombs, that_are_mere_wrapping_are_broken_off) {
    for (const Bomb& bomb : endless_bombs()) {
        if (bomb.name.find("chunk") == std::string::npos || bomb.name == "chunks without an end")
            continue;
        fakes::LoopbackServer server([&](const Seen&) { return bomb.answer; });
        http::Client client({});
        http::Request request;
        request.url = server.url();
        request.limits.idle = 1h; // the limit that is met is no limit of time
        request.limits.total = 1h;
        EXPECT_THROW(client.exchange(request, {}), http::Error) << bomb.name;
        EXPECT_LE(*bomb.poured, 64 * mebibyte) << bomb.name;
    }
}

TEST_F(Bombs, in_the_configuration_take_little_memory) {
    const fakes::TempDir folder;
    std::string laughs = "a: &a [x,x,x,x,x,x,x,x,x]\n";
    for (char name = 'b'; name < 'k'; ++name) {
        const std::string last(1, static_cast<char>(name - 1));
        laughs += std::string(1, name) + ": &" + name + " [*" + last;
        for (int i = 0; i < 8; ++i)
            laughs += ",*" + last;
        laughs += "]\n";
    }
    auto texts = json_texts(mebibyte);
    std::string lines = "a:\n";
    while (lines.size() < 2 * mebibyte)
        lines += "- 0\n";
    texts.emplace_back("lines without number", lines);
    texts.emplace_back("a billion laughs", laughs);
    texts.emplace_back("merged laughs", "a: &a {x: 1}\nb: {<<: *a, <<: *a}\n");
    for (const auto& [name, text] : texts) {
        const auto path = folder.path() / "efaxd.yaml";
        std::ofstream(path) << text;
        const Footprint footprint;
        const auto loaded = config::load(path);
        EXPECT_TRUE(std::holds_alternative<std::vector<config::Problem>>(loaded)) << name;
        EXPECT_LE(footprint.rise(), most_rise) << name;
        std::cout << footprint.rise() / mebibyte << " MiB  configuration, " << name << '\n';
    }
}

} // namespace
} // namespace efaxd::security
