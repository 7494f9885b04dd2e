#include "ledger/columns.hpp"

namespace efaxd::ledger {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";
constexpr std::size_t uuid_bytes = 16;
constexpr std::size_t sha256_bytes = 32;

bool dash_follows(std::size_t byte) { return byte == 4 || byte == 6 || byte == 8 || byte == 10; }

int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

} // namespace

std::int64_t milliseconds(Instant moment) { return moment.time_since_epoch().count(); }

std::optional<std::int64_t> milliseconds(const std::optional<Instant>& moment) {
    return moment ? std::optional(milliseconds(*moment)) : std::nullopt;
}

Instant instant(std::int64_t milliseconds) {
    using namespace std::chrono;
    constexpr Instant first = sys_days{year{1} / January / 1};
    constexpr Instant end = sys_days{year{10000} / January / 1};
    const Instant moment{Duration{milliseconds}};
    if (moment < first || moment >= end)
        throw GroundFault("the ledger holds a moment that no clock has shown");
    return moment;
}

std::optional<Instant> read_moment(const Query& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(instant(row.number(column)));
}

void bind_packed(Query& query, std::string_view text) {
    if (const std::string bytes = packed(text); !bytes.empty())
        query.bind_blob(bytes);
    else
        query.bind(text);
}

std::string read_packed(const Query& row, int column) {
    return row.is_blob(column) ? unpacked(row.text(column)) : row.text(column);
}

std::string packed(std::string_view text) {
    const bool uuid = text.size() == 2 * uuid_bytes + 4;
    if (!uuid && text.size() != 2 * sha256_bytes)
        return {};
    std::string bytes;
    for (std::size_t at = 0; at < text.size();) {
        if (uuid && dash_follows(bytes.size()) && text[at++] != '-')
            return {};
        const int high = hex_value(text[at++]);
        const int low = at < text.size() ? hex_value(text[at++]) : -1;
        if (high < 0 || low < 0)
            return {};
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

std::string unpacked(std::string_view bytes) {
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        if (bytes.size() == uuid_bytes && dash_follows(at))
            text += '-';
        const auto byte = static_cast<unsigned char>(bytes[at]);
        text += hex_digits[byte >> 4];
        text += hex_digits[byte & 15];
    }
    return text;
}

} // namespace efaxd::ledger
