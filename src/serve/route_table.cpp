#include "serve/route_table.hpp"

#include <algorithm>

namespace efaxd::serve {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::optional<std::string> decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            const int high = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        }
        if (is_control(c))
            return std::nullopt;
        out += c;
    }
    return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

bool read_query(std::string_view text, std::map<std::string, std::string>& query) {
    for (const std::string_view pair : split(text, '&')) {
        if (pair.empty())
            continue;
        const std::size_t equals = pair.find('=');
        const auto name = decode(pair.substr(0, equals));
        const auto value = decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
        if (!name || !value)
            return false;
        query.emplace(*name, *value);
    }
    return true;
}

bool is_capture(const std::string& segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& segments,
          std::map<std::string, std::string>& captures) {
    if (pattern.size() != segments.size())
        return false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (!is_capture(pattern[i])) {
            if (pattern[i] != segments[i])
                return false;
        } else if (segments[i].empty()) {
            return false;
        } else {
            captures[pattern[i].substr(1, pattern[i].size() - 2)] = segments[i];
        }
    }
    return true;
}

void allow(std::string& allowed, const std::string& method) {
    const auto methods = split(allowed, ',');
    const bool listed = std::any_of(methods.begin(), methods.end(), [&](std::string_view one) {
        return one == method || (one.starts_with(' ') && one.substr(1) == method);
    });
    if (!listed)
        allowed += (allowed.empty() ? "" : ", ") + method;
}

} // namespace

std::string Target::path() const {
    std::string path;
    for (const std::string& segment : segments)
        path += '/' + segment;
    return path;
}

std::optional<Target> read_target(std::string_view target) {
    if (!target.starts_with('/'))
        return std::nullopt;
    target = target.substr(0, target.find('#'));
    const std::size_t question = target.find('?');
    Target read;
    for (const std::string_view segment : split(target.substr(1, question - 1), '/')) {
        auto decoded = decode(segment);
        if (!decoded)
            return std::nullopt;
        read.segments.push_back(std::move(*decoded));
    }
    if (question != std::string_view::npos && !read_query(target.substr(question + 1), read.query))
        return std::nullopt;
    return read;
}

RouteTable::RouteTable(std::vector<Route> routes) {
    entries_.reserve(routes.size());
    for (Route& route : routes) {
        std::vector<std::string> segments;
        for (const std::string_view segment : split(std::string_view(route.pattern).substr(1), '/'))
            segments.emplace_back(segment);
        entries_.push_back({std::move(route), std::move(segments)});
    }
}

RouteTable::Found RouteTable::find(std::string_view method, const std::vector<std::string>& segments) const {
    const std::string_view looked_up = method == "HEAD" ? "GET" : method;
    Found found;
    for (const Entry& entry : entries_) {
        std::map<std::string, std::string> captures;
        if (!fits(entry.segments, segments, captures))
            continue;
        if (entry.route.method == looked_up) {
            found.route = &entry.route;
            found.captures = std::move(captures);
            return found;
        }
        allow(found.allowed, entry.route.method);
        if (entry.route.method == "GET")
            allow(found.allowed, "HEAD");
    }
    return found;
}

} // namespace efaxd::serve
