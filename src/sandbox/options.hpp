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
enum class LimitStyle { clamp, refuse, ignore };
inline constexpr std::array<std::string_view, 3> names_of(LimitStyle) {
    return {"clamp", "refuse", "ignore"};
}
enum class MarkStyle { request, sent, never };
inline constexpr std::array<std::string_view, 3> names_of(MarkStyle) { return {"request", "sent", "never"}; }
enum class FormatStyle { asked, pdf, tiff };
inline constexpr std::array<std::string_view, 3> names_of(FormatStyle) { return {"asked", "pdf", "tiff"}; }
enum class ErrorStyle { efax, gateway };
inline constexpr std::array<std::string_view, 2> names_of(ErrorStyle) { return {"efax", "gateway"}; }

struct EfaxStyle {
    TimestampStyle timestamps = TimestampStyle::offset;
    NumberStyle numbers = NumberStyle::digits;
    FieldStyle fields = FieldStyle::present;
    ListOrder order = ListOrder::newest;
    LimitStyle limit = LimitStyle::clamp; ///< above 100
    std::int64_t default_limit = 100;     ///< when none was asked for
    bool ignore_offset = false;
    bool ignore_filters = false;            ///< image_downloaded and the time bounds
    bool refuse_unknown_parameters = false; ///< 400
    std::int64_t missing_user_id = 403;     ///< or 400
    MarkStyle mark = MarkStyle::request;    ///< when reading an image marks it downloaded
    FormatStyle format = FormatStyle::asked;
    bool base64_breaks = false;
    bool keep_old_token = false;
    std::int64_t token_seconds = 86'400;
    bool expires_as_text = false;
    ErrorStyle errors = ErrorStyle::efax;
};

enum class ServerStyle { medplum, hapi };
inline constexpr std::array<std::string_view, 2> names_of(ServerStyle) { return {"medplum", "hapi"}; }
enum class UpdateCreate { allow, not_found, not_allowed };
inline constexpr std::array<std::string_view, 3> names_of(UpdateCreate) { return {"allow", "404", "405"}; }
enum class AuthMethod { none, basic, bearer, client_credentials, private_key_jwt };
inline constexpr std::array<std::string_view, 5> names_of(AuthMethod) {
    return {"none", "basic", "bearer", "client_credentials", "private_key_jwt"};
}

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
