// A power cut at any moment: every image of the disk that it may leave opens as a sound ledger which lacks
// nothing that was acknowledged before. EFAXD_IMAGES says how many; EFAXD_SEED repeats a run.
#include "efaxd/core/fault.hpp"
#include "fakes/faulty_disk.hpp"
#include "fakes/temp_dir.hpp"
#include "ground/power_cut.hpp"
#include "ground/story.hpp"
#include "ledger/images.hpp"
#include "ledger/version_1_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>

namespace efaxd::ground {
namespace {

class Power : public testing::Test {
  protected:
    static std::uint64_t number(const char* variable, std::uint64_t otherwise) {
        const char* const wanted = std::getenv(variable);
        return wanted ? std::strtoull(wanted, nullptr, 10) : otherwise;
    }

    /// Stories until enough images were judged.
    template <class Prepare>
    void cut_again_and_again(const Prepare& prepare) {
        const auto wanted = number("EFAXD_IMAGES", 120);
        auto seed = number("EFAXD_SEED", std::random_device{}());
        while (images_ < wanted && !HasFailure()) {
            SCOPED_TRACE("EFAXD_SEED=" + std::to_string(seed));
            tell(prepare, seed++, static_cast<std::size_t>(wanted - images_));
        }
        std::cout << images_ << " images of " << syncs_ << " syncs, " << different_
                  << " of them with a log or journal\n";
        EXPECT_GT(different_, images_ / 3);
    }

  private:
    struct Moment {
        Image image;
        Known known;
    };

    template <class Prepare>
    void tell(const Prepare& prepare, std::uint64_t seed, std::size_t most) {
        const fakes::TempDir dir(fakes::TempDir::Where::quick);
        prepare(dir.path());
        Story story;
        std::vector<Moment> moments;
        PowerCut power(dir.path(), seed, [&](Image image) {
            moments.push_back({std::move(image), story.known()});
        });
        disk_.keep(&power);
        story.live(dir.path(), std::chrono::hours{1}); // tidies at its end
        story.live(dir.path(), Duration{0});           // tidies whenever it can
        disk_.keep(nullptr);
        ASSERT_EQ(story.ended + story.full, 0);
        syncs_ += power.syncs();

        // Not always the first ones.
        std::shuffle(moments.begin(), moments.end(), std::mt19937_64(seed));
        moments.resize(std::min(moments.size(), most));
        for (const Moment& moment : moments) {
            judge(moment);
            if (HasFailure())
                return;
        }
    }

    void judge(const Moment& moment) {
        const fakes::TempDir dir(fakes::TempDir::Where::quick);
        write_image(moment.image, dir.path());
        ++images_;
        different_ += moment.image.size() > 1;
        try {
            {
                ledger::SqliteLedger ledger(dir.path());
                moment.known.expect_in(ledger);
            }
            EXPECT_EQ(ledger::integrity(dir.path()), "ok");
        } catch (const std::exception& error) {
            ADD_FAILURE() << error.what();
        }
    }

    fakes::FaultyDisk disk_;
    std::uint64_t images_ = 0;
    std::uint64_t different_ = 0;
    std::uint64_t syncs_ = 0;
};

TEST_F(Power, may_fail_at_any_moment_of_a_new_ledger) {
    cut_again_and_again([](const std::filesystem::path&) {});
}

TEST_F(Power, may_fail_while_a_ledger_is_brought_up_to_date) {
    cut_again_and_again(ledger::make_file_of_version_1);
}

} // namespace
} // namespace efaxd::ground
