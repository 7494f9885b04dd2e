#include "security/hostile.hpp"

#include "json/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace efaxd::security {

namespace {

using namespace std::string_literals;

const std::vector<std::string>& poisons() {
    static const std::vector<std::string> all = {
        "\r\nX-Evil: 1",
        "\nX-Evil: 1",
        "\rX-Evil: 1",
        "\r\n\r\nGET /evil HTTP/1.1\r\nHost: x\r\n\r\n",
        "\0"s,
        "\0/etc/passwd"s,
        "../",
        "../../../../../../tmp/evil",
        "..",
        ".",
        "/",
        "//evil.invalid/",
        "/etc/passwd",
        "..\\..\\",
        "%2e%2e%2f",
        "%2E%2E/",
        "..%00/",
        "%0d%0aX-Evil:%201",
        "%252e%252e%252f",
        "?user-id=other",
        "#",
        "&_include=*",
        "|",
        ";",
        "$(reboot)",
        "`reboot`",
        "'; DROP TABLE faxes; --",
        "\"}",
        "\\",
        "*",
        "~",
        " ",
        "\t",
        "\x7f",
        "\x1b[2J\x1b]0;evil\a",
        "\b\b\b\b",
        "\xE2\x80\xAE",             // turns the text round
        "\xE2\x81\xA6",             // isolates
        "\xE2\x80\xA8",             // a line's end in some eyes
        "\xC2\x85",                 // and this
        "\xEF\xBB\xBF",             // a byte order mark
        "\xED\xA0\x80",             // half of a surrogate pair
        "\xED\xB0\x80",             // the other half
        "\xF0\x9D\x92\xB3",         // beyond 16 bits
        "\xC0\xAE\xC0\xAE\xC0\xAF", // `../` in too many bytes
        "\xFF\xFE",
        "\x80",
        "\xE2\x82",
        "http://127.0.0.1:1/",
        "javascript:alert(1)",
        "<script>",
        "%s%s%s%n",
        "{}",
    };
    return all;
}

const std::string id = "0b6f7c1e-5a52-4f0e-9a61-000000000001";

} // namespace

std::string Hostile::word() {
    const std::string& poison = poisons()[below(poisons().size())];
    switch (below(10)) {
    case 0:
        return poison;
    case 1:
        return id + poison;
    case 2:
        return poison + id;
    case 3: {
        std::string text = id;
        return text.insert(below(text.size()), poison);
    }
    case 4:
        return poison + word();
    case 5: {
        std::string bytes(1 + below(40), '\0');
        std::generate(bytes.begin(), bytes.end(), [this] { return static_cast<char>(below(256)); });
        return bytes;
    }
    case 6:
        return std::string(65 + below(8), 'a') + (below(2) == 0 ? poison : "");
    case 7:
        return below(50) == 0 ? std::string(64u << 10, 'a') + poison : poison + poison;
    case 8:
        return std::string(below(8), 'b');
    default:
        return "/" + poison + "/" + id;
    }
}

std::string Hostile::in_json(const std::string& word) {
    std::string text;
    for (const char c : word) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            text += '\\';
        if (byte < 0x20 || (byte < 0x80 && below(50) == 0 && c != '"' && c != '\\')) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", byte);
            text += escape;
        } else {
            text += c;
        }
    }
    static constexpr std::array halves = {"\\ud800", "\\udfff", "\\u202e", "\\u0000"};
    return below(2000) == 0 ? text + halves[below(halves.size())] : text;
}

int dose(int ordinary) {
    const char* const times = std::getenv("EFAXD_SECURITY_DOSE");
    return ordinary * (times ? std::max(1, std::atoi(times)) : 1);
}

bool clean_lines(const std::string& text) {
    const bool printable = std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n') || byte == 0x7f;
    });
    const auto has = [&](const char* what) { return text.find(what) != std::string::npos; };
    return printable && json::is_utf8(text) && !has("\xE2\x80\xAE") && !has("\xE2\x81\xA6") &&
           !has("\xE2\x80\xA8") && !has("\xC2\x85");
}

} // namespace efaxd::security
