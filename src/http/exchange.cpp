#include "http/exchange.hpp"

#include "http/error.hpp"

#include <algorithm>
#include <charconv>

namespace efaxd::http {

namespace {

constexpr std::size_t most_head_bytes = 256u << 10;

/// An error page is kept in memory even where a document would have been streamed.
constexpr std::uint64_t most_kept_beside_sink = 1u << 20;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string lower(std::string_view text) {
    std::string lowered(text);
    for (char& c : lowered)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return lowered;
}

} // namespace

std::size_t Upload::read(char* buffer, std::size_t most) {
    most = static_cast<std::size_t>(std::min<std::uint64_t>(most, size() - given_));
    if (!most)
        return 0;
    std::size_t count = most;
    if (request_.stream) {
        count = std::min(most, request_.stream->read(buffer, most));
        if (!count)
            throw Error(Error::Kind::broken, true, "the request body ended before its announced size");
    } else {
        request_.body.copy(buffer, most, static_cast<std::size_t>(given_));
    }
    given_ += count;
    return count;
}

bool Upload::rewind() {
    if (request_.stream)
        return false;
    given_ = 0;
    return true;
}

void Download::line(std::string_view text) {
    head_bytes_ += text.size();
    if (head_bytes_ > most_head_bytes)
        throw Error(Error::Kind::too_large, true, "the reply's headers are over their limit");
    if (complete())
        return; // a trailer
    if (!head_begun_ || head_done_)
        status_line(text);
    else if (trimmed(text).empty())
        head_done_ = true;
    else
        header(text);
}

void Download::status_line(std::string_view text) {
    reply_ = Reply{};
    head_begun_ = true;
    head_done_ = false;
    const auto digits = text.substr(std::min(text.find(' '), text.size() - 1) + 1).substr(0, 3);
    std::from_chars(digits.data(), digits.data() + digits.size(), reply_.status);
}

void Download::header(std::string_view text) {
    if ((text.front() == ' ' || text.front() == '\t') && !reply_.headers.empty()) { // folded, as of old
        reply_.headers.back().value.append(" ").append(trimmed(text));
        return;
    }
    const auto colon = text.find(':');
    if (colon != std::string_view::npos)
        reply_.headers.push_back({lower(trimmed(text.substr(0, colon))), //
                                  std::string(trimmed(text.substr(colon + 1)))});
}

void Download::body(std::string_view piece) {
    body_bytes_ += piece.size();
    const bool to_sink = streamed();
    const auto most =
        sink_ && !to_sink ? std::min(limits_.reply_bytes, most_kept_beside_sink) : limits_.reply_bytes;
    if (body_bytes_ > most)
        throw Error(Error::Kind::too_large, true, "the reply is over its limit");
    if (to_sink)
        sink_(reply_, piece);
    else
        reply_.body.append(piece);
}

} // namespace efaxd::http
