// Which of the many known or feared behaviours the simulated services show.
#pragma once

#include "json/value.hpp"
#include "json/writer.hpp"

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace efaxd::sandbox {

/// A call of the control API (or a command line) that makes no sense; the text says why.
struct BadCall : std::runtime_error {
    using std::runtime_error::runtime_error;
};

enum class TimestampStyle { offset, colon, zulu, micros, none, local };
inline constexpr std::array<std::string_view, 6> names_of(TimestampStyle) {
    return {"offset", "colon", "zulu", "micros", "none", "local"};
}
enum class NumberStyle { digits, plus, unavailable, empty, null, garbage };
inline constexpr std::array<std::string_view, 6> names_of(NumberStyle) {
    return {"digits", "plus", "unavailable", "empty", "null", "garbage"};
}
enum class FieldStyle { present, absent, null, digit_strings, extra };
inline constexpr std::array<std::string_view, 5> names_of(FieldStyle) {
    return {"present", "absent", "null", "digit_strings", "extra"};
}
enum class ListOrder { newest, oldest, shuffled };
inline constexpr std::array<std::string_view, 3> names_of(ListOrder) {
    return {"newest", "oldest", "shuffled"};
}
enum class LimitStyle { clamp, refuse, ignore, few, all };
inline constexpr std::array<std::string_view, 5> names_of(LimitStyle) {
    return {"clamp", "refuse", "ignore", "few", "all"};
}
/// What a list answers beyond its end: an empty page, 404 or 400.
enum class EndStyle { empty, missing, refused };
inline constexpr std::array<std::string_view, 3> names_of(EndStyle) { return {"empty", "404", "400"}; }
/// Where a list has each of its faxes a second time: next to the first, behind all of them; or a hundred
/// times.
enum class RepeatStyle { none, beside, behind, hundredfold };
inline constexpr std::array<std::string_view, 4> names_of(RepeatStyle) {
    return {"none", "beside", "behind", "hundredfold"};
}
/// What a sign-in says of the life of its token, whatever that is.
enum class ExpiryStyle { seconds, text, zero, huge, absent };
inline constexpr std::array<std::string_view, 5> names_of(ExpiryStyle) {
    return {"seconds", "text", "zero", "huge", "absent"};
}
/// What `/health` tells, and whom.
enum class HealthStyle { brief, verbose, guarded };
inline constexpr std::array<std::string_view, 3> names_of(HealthStyle) {
    return {"brief", "verbose", "guarded"};
}
/// Where a submission may have its numbers of retries; elsewhere they are refused.
enum class RetryStyle { nested, flat };
inline constexpr std::array<std::string_view, 2> names_of(RetryStyle) { return {"nested", "flat"}; }
enum class MarkStyle { request, sent, never };
inline constexpr std::array<std::string_view, 3> names_of(MarkStyle) { return {"request", "sent", "never"}; }
enum class FormatStyle { asked, pdf, tiff };
inline constexpr std::array<std::string_view, 3> names_of(FormatStyle) { return {"asked", "pdf", "tiff"}; }
enum class ErrorStyle { efax, gateway };
inline constexpr std::array<std::string_view, 2> names_of(ErrorStyle) { return {"efax", "gateway"}; }

/// How the states of a sent fax are spelt.
enum class StatusWords { spaced, compact, misspelt, underscored };
inline constexpr std::array<std::string_view, 4> names_of(StatusWords) {
    return {"spaced", "compact", "misspelt", "underscored"};
}
/// Which spellings `transmission_status` is understood in; another one is answered 400.
enum class StatusFilter { any, spaced, compact, misspelt, underscored };
inline constexpr std::array<std::string_view, 5> names_of(StatusFilter) {
    return {"any", "spaced", "compact", "misspelt", "underscored"};
}
/// What the parts of a sent fax (`transmission_data` …) are in lists.
enum class PartStyle { object, array, absent };
inline constexpr std::array<std::string_view, 3> names_of(PartStyle) { return {"object", "array", "absent"}; }
/// Which spelling of the path of the transmission details there is.
enum class DetailsPath { plural, singular, both };
inline constexpr std::array<std::string_view, 3> names_of(DetailsPath) {
    return {"plural", "singular", "both"};
}
/// How the reply of a sending spells the numbers.
enum class EntryNumber { digits, plus, bare };
inline constexpr std::array<std::string_view, 3> names_of(EntryNumber) { return {"digits", "plus", "bare"}; }

struct EfaxStyle {
    std::string prefix{}; ///< of all paths, such as `/opc/v1`; `/tokens` is understood without it too
    bool varied = false;  ///< each reply in cosmetic styles of its own, by chance: see varied()
    HealthStyle health = HealthStyle::brief;
    bool fax_status = true;      ///< received faxes have it
    bool other_metadata = false; ///< a fax's metadata disagree with the list: pages, numbers and time
    std::string elsewhere = "http://elsewhere.invalid"; ///< the foreign host of links
    TimestampStyle timestamps = TimestampStyle::offset;
    NumberStyle numbers = NumberStyle::digits;
    FieldStyle fields = FieldStyle::present;
    ListOrder order = ListOrder::newest;
    /// Above 100; `few`: never more than 20 in a page, `all`: everything in one page, whatever was asked.
    LimitStyle limit = LimitStyle::clamp;
    EndStyle past_end = EndStyle::empty;
    RepeatStyle repeats = RepeatStyle::none;
    std::int64_t default_limit = 100; ///< when none was asked for
    bool ignore_offset = false;
    bool ignore_filters = false;            ///< image_downloaded and the time bounds
    bool refuse_unknown_parameters = false; ///< 400
    std::int64_t missing_user_id = 403;     ///< or 400
    MarkStyle mark = MarkStyle::request;    ///< when reading an image marks it downloaded
    FormatStyle format = FormatStyle::asked;
    bool base64_breaks = false;
    bool keep_old_token = false;
    std::int64_t token_seconds = 86'400;
    ExpiryStyle expires_in = ExpiryStyle::seconds;
    ErrorStyle errors = ErrorStyle::efax;
    std::int64_t send_status = 201;        ///< or 200
    std::int64_t send_limit = 100'000'000; ///< bytes of a whole sending; more: 413
    RetryStyle retries = RetryStyle::nested;
    std::int64_t send_seconds = 2;  ///< from acceptance to the end; 0: ended at the next look
    std::int64_t sent_delay_ms = 0; ///< until lists show a sent fax
    StatusWords statuses = StatusWords::spaced;
    StatusFilter status_filter = StatusFilter::any;
    bool status_required = false;   ///< a list of sent faxes without transmission_status: 400
    bool search_client_data = true; ///< search_text is looked for in client data too
    PartStyle sent_parts = PartStyle::object;
    bool open_timestamps = true; ///< a sent fax under way has a completed_timestamp (when it was taken)
    DetailsPath details = DetailsPath::plural;
    EntryNumber entry_numbers = EntryNumber::digits;
    std::string success_code = "SFAX";
};

/// The style of one reply where `varied` is on: the look of the members is drawn with the number, the same
/// for the same number.
EfaxStyle varied(const EfaxStyle& style, std::uint64_t number);

enum class ServerStyle { medplum, hapi };
inline constexpr std::array<std::string_view, 2> names_of(ServerStyle) { return {"medplum", "hapi"}; }
enum class UpdateCreate { allow, not_found, not_allowed };
inline constexpr std::array<std::string_view, 3> names_of(UpdateCreate) { return {"allow", "404", "405"}; }
enum class AuthMethod { none, basic, bearer, client_credentials, private_key_jwt };
inline constexpr std::array<std::string_view, 5> names_of(AuthMethod) {
    return {"none", "basic", "bearer", "client_credentials", "private_key_jwt"};
}

enum class PatchStyle { allow, not_allowed, media_type };
inline constexpr std::array<std::string_view, 3> names_of(PatchStyle) { return {"allow", "405", "415"}; }

struct FhirStyle {
    ServerStyle server = ServerStyle::medplum; ///< error statuses and texts, Location, Prefer
    UpdateCreate update_create =
        UpdateCreate::allow;            ///< PUT to an id that is not there; announced in metadata
    bool conditional_create = true;     ///< false: If-None-Exist is ignored
    bool unknown_parameters = false;    ///< true: ignored; false: 400
    bool referential_integrity = false; ///< dangling references are refused
    bool raw_binary = true;             ///< false: 415
    bool json_binary = true;            ///< false: 400
    std::int64_t json_binary_limit = 0; ///< decoded bytes; 0: none
    std::int64_t search_delay_ms = 0;   ///< until a write is found by searches
    std::int64_t default_count = 20;
    std::int64_t keep_bytes = 1 << 20; ///< Binaries up to this size can be read back
    PatchStyle patch = PatchStyle::allow;
    std::int64_t stale_status = 412;        ///< If-Match on an old version; or 409
    bool presigned = false;                 ///< attachments are shown with storage URLs that need no token
    std::int64_t presigned_seconds = 3'600; ///< how long such a URL is good
    AuthMethod auth = AuthMethod::none;
    std::string client_id = "sim-client"; ///< also the user of `basic`
    std::string client_secret = "sim-secret";
    std::string bearer = "sim-bearer";
    std::int64_t token_seconds = 3'600;
};

/// Sets the members given, leaves the others. Throws BadCall for an unknown one or a bad value; then nothing
/// was set.
void apply(EfaxStyle& style, json::Value members);
void apply(FhirStyle& style, json::Value members);

/// As one JSON object; secrets are left out.
void write(json::Writer& writer, const EfaxStyle& style);
void write(json::Writer& writer, const FhirStyle& style);

} // namespace efaxd::sandbox
