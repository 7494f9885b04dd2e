// Telephone numbers, as people write them into FHIR resources and eFax into its lists.
#include "fuzz/fuzz.hpp"

#include "efaxd/core/phone_number.hpp"

#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace efaxd;
    using fuzz::must;
    const auto given = fuzz::text_of(bytes, size);
    for (const std::string_view country : {"", "1", "49", "353"}) {
        const auto number = e164(given, country);
        if (!number)
            continue;
        must(fuzz::is_e164(*number), "a number is + and 8 to 15 digits");
        must(!number->starts_with("+1") || number->size() == 12, "a North American number is whole");
        must(e164(*number, country) == number, "a number stays as it is");
        must(tidy_number(*number) == *number, "a number is tidy");
        must(same_line(*number, *number), "a number is its own line");
    }
    const std::string tidy = tidy_number(given);
    must(tidy_number(tidy) == tidy, "a tidy number stays as it is");
    must(tidy.size() <= 21, "a tidy number is short");
    must(tidy.empty() || same_line(given, tidy), "tidying keeps the line");
    return 0;
}
