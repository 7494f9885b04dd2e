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

/// What /proc says of a process, by its pid or as "self": bytes of `VmRSS:` or `VmHWM:`; 0 if it is gone.
inline std::size_t memory_of(const std::string& process, const std::string& line) {
    std::ifstream status("/proc/" + process + "/status");
    for (std::string word; status >> word;)
        if (word == line) {
            std::size_t kib = 0;
            status >> kib;
            return kib * 1024;
        }
    return 0;
}

/// Of the whole process, from construction on.
class Footprint {
  public:
    Footprint() {
        ::malloc_trim(0);
        std::ofstream("/proc/self/clear_refs") << 5; // forgets the peak
        before_ = memory_of("self", "VmRSS:");
    }

    /// Bytes that were added at the peak; 0 where they cannot be measured.
    std::size_t rise() const {
        const std::size_t peak = memory_of("self", "VmHWM:");
        return memory_can_be_measured && peak > before_ ? peak - before_ : 0;
    }

  private:
    std::size_t before_ = 0;
};

} // namespace efaxd::security
