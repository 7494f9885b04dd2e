#include "json/abridged.hpp"

#include "json/value.hpp"

#include <algorithm>
#include <utility>

namespace efaxd::json {

void Abridged::feed(std::string_view piece) {
    while (!piece.empty())
        piece.remove_prefix(in_ == In::structure ? structure(piece) : inside(piece));
}

std::string Abridged::take() { return std::exchange(kept_, {}); }

void Abridged::keep(std::string_view piece) {
    if (piece.size() > most_ - kept_.size())
        throw ParseError("more JSON around long strings than allowed");
    kept_.append(piece);
}

/// Up to the quote that begins a string.
std::size_t Abridged::structure(std::string_view piece) {
    const auto quote = piece.find('"');
    const auto length = quote == std::string_view::npos ? piece.size() : quote + 1;
    keep(piece.substr(0, length));
    if (quote != std::string_view::npos) {
        in_ = In::string;
        begun_ = kept_.size();
    }
    return length;
}

/// Up to the next backslash, what follows it, or the quote that ends the string.
std::size_t Abridged::inside(std::string_view piece) {
    const bool was_escaped = std::exchange(escaped_, false);
    const auto length =
        was_escaped ? 1 : std::max<std::size_t>(1, std::min(piece.find_first_of("\"\\"), piece.size()));
    const bool ends = !was_escaped && piece.front() == '"';
    escaped_ = !was_escaped && piece.front() == '\\';
    if (in_ == In::string && !ends && kept_.size() - begun_ + length > longest_string_) {
        kept_.resize(begun_);
        in_ = In::dropped;
    }
    if (in_ == In::string || ends)
        keep(piece.substr(0, length));
    if (ends)
        in_ = In::structure;
    return length;
}

} // namespace efaxd::json
