// A document of 100 MB passes through without being held in memory.
#include "clinic.hpp"

#include <charconv>
#include <iostream>

namespace efaxd::daemon {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool memory_tells = false; // the sanitizer's own is in it
constexpr std::uint64_t large_size = 20'000'000;
#else
constexpr bool memory_tells = true;
constexpr std::uint64_t large_size = 100'000'000;
#endif

class LargeDocument : public Clinic {
  protected:
    /// Peak of the daemon's resident memory, in KiB.
    std::int64_t peak() {
        const std::string text = read_file("/proc/" + std::to_string(efaxd.child().pid()) + "/status");
        const auto at = text.find_first_of("0123456789", text.find("VmHWM:"));
        std::int64_t kib = 0;
        std::from_chars(text.data() + at, text.data() + text.size(), kib);
        return kib;
    }

    /// The peak of a daemon's life in which one fax of that size arrives.
    std::int64_t peak_with(std::uint64_t size) {
        efaxd.settings.owners = "none";
        efaxd.configure();
        sandbox::NewFaxes fax;
        fax.user_id = front_desk;
        fax.size = size;
        fax.pages = 4;
        sandbox.put_faxes(fax);
        efaxd.start();
        EXPECT_TRUE(all_arrive(std::chrono::minutes{4}));
        const std::int64_t kib = peak();
        EXPECT_EQ(efaxd.stop(), 0);
        return kib;
    }

    void expect_steady_memory() {
        const std::int64_t small = peak_with(100'000);
        const std::int64_t large = peak_with(large_size);
        EXPECT_GT(small, 1'000);
        EXPECT_TRUE(!memory_tells || large - small <= 4 * 1024)
            << small << " KiB before, " << large << " KiB with it";
        std::cout << "peak: " << small << " KiB with a small fax, " << large << " KiB with the large one\n";
    }
};

TEST_F(LargeDocument, passes_raw_in_steady_memory) {
    efaxd.settings.binary = "raw";
    expect_steady_memory();
}

TEST_F(LargeDocument, passes_as_json_in_steady_memory) {
    efaxd.settings.binary = "json";
    expect_steady_memory();
}

} // namespace
} // namespace efaxd::daemon
