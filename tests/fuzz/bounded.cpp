// Linked with --wrap=LLVMFuzzerTestOneInput, so that libFuzzer calls this in place of the target: what an
// input costs is counted in time of the processor, which does not depend on who else uses the machine.
#include "fuzz/fuzz.hpp"

#include <cstdlib>
#include <ctime>

extern "C" {
int __real_LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);
int __wrap_LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);
}

namespace {

double seconds_used() {
    timespec used{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

} // namespace

int __wrap_LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const char* const given = std::getenv("FUZZ_SECONDS");
    static const double most = given ? std::strtod(given, nullptr) : 1;
    const double before = seconds_used();
    const int result = __real_LLVMFuzzerTestOneInput(bytes, size);
    efaxd::fuzz::must(seconds_used() - before < most, "an input does not take long");
    return result;
}
