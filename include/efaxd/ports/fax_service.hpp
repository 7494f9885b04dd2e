// Where faxes come from. One per project; safe from any thread.
#pragma once

#include "efaxd/core/document.hpp"
#include "efaxd/core/fax.hpp"
#include "efaxd/core/mailbox.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd {

/// Fingerprints of the pages of a listing: lets an unchanged list go unparsed.
using Pages = std::vector<std::uint64_t>;

/// One whole listing of a mailbox: all its pages, read to the end.
struct Listing {
    bool unchanged = false; ///< every page equals `settled`; `faxes` is then empty
    std::vector<Fax> faxes; ///< in the source's order, each id once
    Pages pages;
    bool cut = false;   ///< the cap on pages was met, or the source ignores offsets: there may be more
    int unreadable = 0; ///< items without a usable id, left out
};

enum class ListPass {
    unread, ///< pass A: what nobody has downloaded, of any age
    window, ///< pass B: everything since a moment, downloaded or not
};

using DocumentSink = std::function<void(std::string_view)>;

/// Every verb may throw Fault (see core/fault.hpp) and Stopped. A mailbox the source refuses is a Fault with
/// the reason `efax.user_refused`.
class FaxService {
  public:
    virtual ~FaxService() = default;

    /// Lists a mailbox; changes nothing at the source. `since` matters to the window pass only; it is by our
    /// clock, and the source looks further back where that is known to run ahead of its own. An error is
    /// never an empty listing.
    virtual Listing list(const Mailbox& mailbox, ListPass pass, Instant since, const Pages& settled,
                         std::stop_token stop) = 0;

    /// Streams the document of a fax into the sink. May mark it downloaded at the source, even when it fails.
    /// Returns only after the whole reply was read and found to be sound and of this very fax.
    virtual void fetch(const std::string& user_id, const Fax& fax, const DocumentSink& sink,
                       std::stop_token stop) = 0;

    /// Marks the fax downloaded. Repeating it is harmless; a fax that is gone counts as done.
    virtual void acknowledge(const std::string& user_id, const Fax& fax, std::stop_token stop) = 0;

    /// Deletes the fax at the source, for good. A fax that is gone counts as done.
    virtual void remove(const std::string& user_id, const Fax& fax, std::stop_token stop) = 0;
};

} // namespace efaxd
