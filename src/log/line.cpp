#include "log/line.hpp"

#include "efaxd/core/timestamp.hpp"

namespace efaxd::log {

namespace {

/// Priorities of syslog(3), which the journal reads from the head of a line.
std::string_view priority(Level level) {
    switch (level) {
    case Level::error:
        return "<3>";
    case Level::warning:
        return "<4>";
    case Level::info:
        return "<6>";
    case Level::debug:
        break;
    }
    return "<7>";
}

/// Cut, and printable ASCII only.
std::string shown(std::string_view value) {
    constexpr std::size_t most = 256;
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    for (const char c : value.substr(0, most)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f) {
            text += c;
        } else {
            text += "\\x";
            text += hex[byte >> 4];
            text += hex[byte & 0xf];
        }
    }
    if (value.size() > most)
        text += "...";
    return text;
}

/// In quotes, for JSON as well as for a value with spaces.
std::string quoted(std::string_view printable) {
    std::string text = "\"";
    for (const char c : printable) {
        if (c == '"' || c == '\\')
            text += '\\';
        text += c;
    }
    return text + '"';
}

std::string plain_value(const Field& field) {
    const std::string value = shown(field.value());
    const bool bare = !value.empty() && value.find_first_of(" \"=") == value.npos;
    return bare ? value : quoted(value);
}

std::string plain(const Event& event, std::span<const Field> fields) {
    std::string text{event.code};
    text += ": ";
    text += event.text;
    for (const Field& field : fields) {
        text += ' ';
        text += field.name();
        text += '=';
        text += plain_value(field);
    }
    return text;
}

std::string json(Instant now, const Event& event, std::span<const Field> fields) {
    std::string text = "{\"time\":" + quoted(precise_timestamp(now));
    text += ",\"level\":" + quoted(name_of(event.level));
    text += ",\"code\":" + quoted(event.code);
    text += ",\"text\":" + quoted(event.text);
    for (const Field& field : fields) {
        text += ',' + quoted(shown(field.name())) + ':';
        text += field.number() ? field.value() : quoted(shown(field.value()));
    }
    return text + '}';
}

} // namespace

std::string_view name_of(Level level) {
    switch (level) {
    case Level::debug:
        return "debug";
    case Level::info:
        return "info";
    case Level::warning:
        return "warning";
    case Level::error:
        break;
    }
    return "error";
}

std::string line(Form form, Instant now, const Event& event, std::span<const Field> fields) {
    switch (form) {
    case Form::json:
        return json(now, event, fields);
    case Form::text:
        return precise_timestamp(now) + ' ' + std::string(name_of(event.level)) + ' ' + plain(event, fields);
    case Form::journal:
        break;
    }
    return std::string(priority(event.level)) + plain(event, fields);
}

} // namespace efaxd::log
