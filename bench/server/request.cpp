#include "server/request.hpp"

#include <algorithm>
#include <charconv>

namespace efaxd::bench {

namespace {

bool is_name(std::string_view given, std::string_view lower) {
    return std::equal(given.begin(), given.end(), lower.begin(), lower.end(),
                      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

template <class Number>
void read_number(std::string_view text, Number& into) {
    std::from_chars(text.data(), text.data() + text.size(), into);
}

std::string_view up_to(std::string_view& text, std::string_view end) {
    const auto at = std::min(text.find(end), text.size());
    const auto found = text.substr(0, at);
    text.remove_prefix(std::min(at + end.size(), text.size()));
    return found;
}

} // namespace

std::optional<Request> read_head(std::string_view head) {
    Request request;
    std::string_view line = up_to(head, "\r\n");
    request.method = up_to(line, " ");
    request.target = up_to(line, " ");
    if (request.target.empty() || !line.starts_with("HTTP/1.1"))
        return std::nullopt;
    while (!head.empty()) {
        line = up_to(head, "\r\n");
        const auto name = up_to(line, ":");
        while (line.starts_with(' '))
            line.remove_prefix(1);
        if (is_name(name, "content-length"))
            read_number(line, request.body);
        else if (is_name(name, "user-id"))
            request.user_id = line;
        else if (is_name(name, "pagination-offset"))
            read_number(line, request.offset);
        else if (is_name(name, "pagination-limit"))
            read_number(line, request.limit);
    }
    return request;
}

} // namespace efaxd::bench
