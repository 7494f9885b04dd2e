#include "log/line.hpp"

#include "efaxd/core/timestamp.hpp"

namespace efaxd::log {

namespace {

/// Priorities of syslog(3).
char priority(Level level) {
    switch (level) {
    case Level::error:
        return '3';
    case Level::warning:
        return '4';
    case Level::info:
        return '6';
    case Level::debug:
        break;
    }
    return '7';
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

/// The journal takes capitals, digits and underscores in names, and any line as a value.
std::string native_field(const Field& field) {
    std::string text = "EFAXD_";
    for (const char c : field.name())
        text += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return text + '=' + shown(field.value()) + '\n';
}

std::string native(const Event& event, std::span<const Field> fields) {
    std::string text = "MESSAGE=" + plain(event, fields) + "\nPRIORITY=";
    text += priority(event.level);
    text += "\nSYSLOG_IDENTIFIER=efaxd\nEFAXD_EVENT=" + std::string(event.code) + '\n';
    for (const Field& field : fields)
        text += native_field(field);
    return text;
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
    case Form::native:
        return native(event, fields);
    case Form::journal:
        break;
    }
    // The journal reads the priority from the head of a line.
    return std::string("<") + priority(event.level) + '>' + plain(event, fields);
}

} // namespace efaxd::log
