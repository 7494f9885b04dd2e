// How much memory something takes at the most.
#pragma once

#include <cstddef>
#include <fstream>
#include <malloc.h>
#include <string>

namespace efaxd::security {

inline constexpr std::size_t mebibyte = 1u << 20;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool memory_can_be_measured = false; ///< the sanitizer keeps what was given back
#else
inline constexpr bool memory_can_be_measured = true;
#endif

/// Of the whole process, from construction on.
class Footprint {
  public:
    Footprint() {
        ::malloc_trim(0);
        std::ofstream("/proc/self/clear_refs") << 5; // forgets the peak
        before_ = kib_of("VmRSS:");
    }

    /// Bytes that were added at the peak; 0 where they cannot be measured.
    std::size_t rise() const {
        const std::size_t peak = kib_of("VmHWM:");
        return memory_can_be_measured && peak > before_ ? (peak - before_) * 1024 : 0;
    }

  private:
    static std::size_t kib_of(const std::string& name) {
        std::ifstream status("/proc/self/status");
        for (std::string word; status >> word;)
            if (word == name) {
                std::size_t kib = 0;
                status >> kib;
                return kib;
            }
        return 0;
    }

    std::size_t before_ = 0;
};

} // namespace efaxd::security
