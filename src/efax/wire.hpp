// What goes over the wire to eFax and back, as pure functions. Facts: efaxd's eFax reference, marked there by
// source; where sources disagree every variant is read.
#pragma once

#include "efaxd/core/fax.hpp"
#include "efaxd/ports/fax_service.hpp"
#include "http/token_keeper.hpp"
#include "json/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace efaxd::efax {

/// The most items a page may have; asked for each time, since the server's own number is not known.
inline constexpr std::size_t page_items = 100;

/// The spellings in which the server may accept the bound of a window, in the order in which they are tried.
enum class BoundForm {
    zulu,   ///< `…Z`
    offset, ///< `…+0000`, the `+` percent-encoded
    none,   ///< no bound: the caller cuts by time
};

/// Path and query of the list of received faxes.
std::string list_path(ListPass pass, Instant since, BoundForm form);
/// Path of one fax. Throws Fault unless both its ids are clean and mean the same: nothing else gets into a
/// path.
std::string fax_path(const Fax& fax);
std::string fax_path(std::string_view fax_id);
/// `min_completed_timestamp=…`; empty for a bound that is none.
std::string bound_query(Instant since, BoundForm form);

/// The body that marks a fax downloaded.
std::string acknowledgement();

/// A version 4 UUID made of two random numbers.
std::string uuid(std::uint64_t high, std::uint64_t low);

/// 1 to 256 printable ASCII characters without spaces: fit to be a header.
bool usable_user_id(std::string_view user_id);

/// The value of the `Authorization` header that signs in.
std::string basic(std::string_view app_id, std::string_view api_key);

/// Tells one page from another (FNV-1a).
std::uint64_t fingerprint(std::string_view body);

/// One page of a list.
struct ListPage {
    std::size_t items = 0;  ///< listed, usable or not: decides whether the page is the last
    std::vector<Fax> faxes; ///< those with a usable id, repeated ones too
    int unreadable = 0;     ///< items without a usable id
    int odd_timestamps = 0; ///< times left out because they could not be read
    int missing_zones = 0;  ///< times without a zone, taken as UTC
};

/// Every member but the id is optional, and those we do not know are skipped. Throws Fault `efax.bad_reply`
/// if this is no list: an error is never an empty list.
ListPage read_list_page(std::string_view body);

/// A lifetime that is missing or not above 5 min counts as 1 h, one above 24 h as 24 h. Throws Fault
/// `efax.bad_reply` if there is no token fit for a header.
http::Token read_token(std::string_view body);

/// Strict JSON, else Fault `efax.bad_reply`.
json::Document parse_reply(std::string_view body);

/// Lower case, without blanks, underscores and hyphens: statuses are spelled in many ways.
std::string plain(std::string_view text);

/// A telephone number as given, in text or as a number; empty for `unavailable`.
std::string number_of(const json::Value& value);

/// What may come alone or within an array: the elements, or the object itself, or nothing.
std::vector<json::Value> one_or_many(const json::Value& value);
/// The first of them, which may be missing.
json::Value unwrapped(const json::Value& value);

/// Does this reply, whatever its status, report an error?
bool reports_errors(const json::Value& root);

} // namespace efaxd::efax
