// The list of sent faxes, in which one of ours is looked for. The input is the pages that eFax gives, in the
// order in which they are asked for.
#include "fuzz/efax_attempt.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/sent_status.hpp"

#include "efax/sent_list.hpp"
#include "efaxd/core/fax.hpp"
#include "fakes/fake_clock.hpp"

#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

const std::string reference = "efaxd-0123456789abcdef";

void try_page(std::string_view body) {
    if (const auto page = fuzz::attempt([&] { return efax::read_sent_page(body); }))
        for (const auto& item : page->items)
            fuzz::check(item.status);
}

void try_search(const std::vector<std::string_view>& parts) {
    std::size_t asked = 0;
    const auto read_page = [&](const std::string& path, std::size_t) -> std::optional<std::string> {
        must(++asked <= 2000, "reading a list ends");
        must(path.starts_with("/faxes/sent") && path.find_first_of(" \r\n") == path.npos, "a path is plain");
        return asked <= parts.size() ? std::optional<std::string>(parts[asked - 1]) : std::nullopt;
    };
    fakes::FakeClock clock;
    efax::SentList list(clock);
    const auto found = fuzz::attempt([&] { return list.find({"u", reference, clock.now(), {}}, read_page); });
    if (!found || !*found)
        return;
    must(clean_fax_id((*found)->fax_id).has_value(), "a fax that is found has a usable id");
    fuzz::check((*found)->status);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto parts = fuzz::parts_of(fuzz::text_of(bytes, size));
    if (parts.size() == 1)
        try_page(parts.front());
    else
        try_search(parts);
    return 0;
}
