// Timestamps of eFax and FHIR.
#include "fuzz/fuzz.hpp"

#include "efaxd/core/timestamp.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace efaxd;
    using namespace std::chrono;
    using fuzz::must;
    const auto read = read_timestamp(fuzz::text_of(bytes, size));
    if (!read)
        return 0;
    must(read->instant >= sys_days{year{1} / 1 / 1} && read->instant < sys_days{year{10000} / 1 / 1},
         "a timestamp lies in a year of four digits");
    const auto again = read_timestamp(precise_timestamp(read->instant));
    must(again && again->instant == read->instant && !again->zone_missing, "a timestamp can be read again");
    const auto coarse = read_timestamp(fhir_timestamp(read->instant));
    must(coarse && coarse->instant == floor<seconds>(read->instant), "FHIR's timestamp is the same second");
    return 0;
}
