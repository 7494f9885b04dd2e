// The list of received faxes. The input is its pages, in the order in which they are asked for.
#include "fuzz/efax_attempt.hpp"
#include "fuzz/fuzz.hpp"

#include "efax/listing.hpp"
#include "efax/wire.hpp"

#include <optional>
#include <set>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

void check(const Fax& fax) {
    must(clean_fax_id(fax.listed_id) == fax.id, "a listed fax has a usable id");
    must(efax::fax_path(fax) == "/faxes/" + fax.listed_id, "a fax's path is its id");
    must(fax.pages >= 0, "no fax has fewer than no pages");
}

void try_page(std::string_view body) {
    const auto page = fuzz::attempt([&] { return efax::read_list_page(body); });
    if (!page)
        return;
    must(page->faxes.size() + static_cast<std::size_t>(page->unreadable) == page->items,
         "every listed item counts");
    for (const Fax& fax : page->faxes)
        check(fax);
}

void try_listing(const std::vector<std::string_view>& parts) {
    std::size_t asked = 0;
    const efax::ReadPage read_page = [&](std::size_t) -> std::optional<std::string> {
        must(++asked <= 200, "reading a list ends");
        return asked <= parts.size() ? std::optional<std::string>(parts[asked - 1]) : std::nullopt;
    };
    const auto read = fuzz::attempt([&] { return efax::read_listing(read_page, {}); });
    if (!read)
        return;
    std::set<std::string> seen;
    for (const Fax& fax : read->listing.faxes)
        must(seen.insert(fax.id).second, "a fax is listed once");
    if (read->listing.pages.empty())
        return;
    asked = 0;
    const auto again = fuzz::attempt([&] { return efax::read_listing(read_page, read->listing.pages); });
    must(again && again->listing.unchanged, "the same list is unchanged");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto parts = fuzz::parts_of(fuzz::text_of(bytes, size));
    if (parts.size() == 1)
        try_page(parts.front());
    else
        try_listing(parts);
    return 0;
}
