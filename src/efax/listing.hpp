// Reads one whole listing, page by page.
#pragma once

#include "efax/wire.hpp"
#include "efaxd/ports/fax_service.hpp"

#include <functional>
#include <optional>
#include <string>

namespace efaxd::efax {

/// Gives the body of the page at an offset, or nothing where the server says that there is no such page.
using ReadPage = std::function<std::optional<std::string>(std::size_t offset)>;

/// A listing, and what was odd about it.
struct ReadListing {
    Listing listing;
    int odd_timestamps = 0;
    int missing_zones = 0;
};

/// Reads to the end: a page with fewer items than were asked for, or none at all. Stops (`cut`) after 100
/// pages or 10,000 faxes, and where a full page brings nothing new, since such a server ignores offsets.
/// While all pages equal the settled ones nothing is parsed. A listing that must never pass for settled (cut,
/// or with pages longer than asked for, whose offsets cannot be told unparsed) has no fingerprints. Throws
/// what the page reader throws, and Fault `efax.bad_reply`.
ReadListing read_listing(const ReadPage& read_page, const Pages& settled);

} // namespace efaxd::efax
