#include "json/long_string.hpp"

#include "json/utf8.hpp"
#include "json/value.hpp"

#include <utility>

namespace efaxd::json {

namespace {

constexpr bool is_plain(char c) { return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20; }

/// How many characters at the beginning stand for themselves. Whole blocks are judged without a branch for
/// each character, which the compiler turns into vector instructions: documents are megabytes of these.
std::size_t plain_length(std::string_view text) {
    constexpr std::size_t block = 64;
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const char* at = begin;
    for (; end - at >= static_cast<std::ptrdiff_t>(block); at += block) {
        unsigned char odd = 0;
        for (std::size_t i = 0; i < block; ++i) {
            const auto c = static_cast<unsigned char>(at[i]);
            odd = static_cast<unsigned char>(odd | (c == '"') | (c == '\\') | (c < 0x20));
        }
        if (odd)
            break;
    }
    while (at != end && is_plain(*at))
        ++at;
    return static_cast<std::size_t>(at - begin);
}

} // namespace

LongString::LongString(std::string member, Sink sink, std::size_t most)
    : member_(std::move(member)), sink_(std::move(sink)), most_(most) {}

bool LongString::seen() const { return seen_; }

std::string LongString::finish() {
    if (in_ == In::chosen)
        fail("the text ends within the long string");
    return std::move(skeleton_);
}

void LongString::feed(std::string_view piece) {
    while (!piece.empty()) {
        const std::size_t used = in_ == In::chosen ? stream(piece) : step(piece.front());
        offset_ += used;
        piece.remove_prefix(used);
    }
}

void LongString::fail(const char* why) const {
    throw ParseError(std::string(why) + " at offset " + std::to_string(offset_));
}

void LongString::keep(char c) {
    if (skeleton_.size() >= most_)
        fail("more JSON around the long string than allowed");
    skeleton_.push_back(c);
}

/// One character outside the chosen string.
std::size_t LongString::step(char c) {
    switch (in_) {
    case In::structure:
        keep(c);
        structure(c);
        break;
    case In::other: // judged by whoever parses the skeleton
        keep(c);
        if (escaped_)
            escaped_ = false;
        else if (c == '\\')
            escaped_ = true;
        else if (c == '"')
            in_ = In::structure;
        break;
    case In::key:
        keep(c);
        if (escape_ == Escape::none && c == '"')
            end_key();
        else
            decode(c, key_);
        break;
    case In::chosen:
        break;
    }
    return 1;
}

void LongString::structure(char c) {
    switch (c) {
    case '{':
    case '[':
        if (++depth_ == 1)
            at_key_ = in_object_ = c == '{';
        ours_ = ours_ && depth_ != 2; // the chosen member is no string
        break;
    case '}':
    case ']':
        if (depth_ > 0)
            --depth_;
        break;
    case ':':
        at_key_ = at_key_ && depth_ != 1;
        break;
    case ',':
        if (depth_ == 1) {
            at_key_ = in_object_;
            ours_ = false;
        }
        break;
    case '"':
        begin_string();
        break;
    default:
        break;
    }
}

void LongString::begin_string() {
    if (depth_ == 1 && at_key_) {
        in_ = In::key;
        key_.clear();
    } else if (depth_ == 1 && ours_) {
        in_ = In::chosen;
        seen_ = true;
    } else {
        in_ = In::other;
    }
}

void LongString::end_key() {
    in_ = In::structure;
    end_surrogates();
    ours_ = key_ == member_;
    if (ours_ && std::exchange(met_, true))
        fail("the long string is given twice");
}

/// As much of the chosen string as is free of escapes, or as is made of nothing else.
std::size_t LongString::stream(std::string_view piece) {
    if (escape_ == Escape::none) {
        if (const std::size_t plain = plain_length(piece)) {
            end_surrogates();
            sink_(piece.substr(0, plain));
            return plain;
        }
        if (piece.front() == '"') {
            end_surrogates();
            keep('"');
            in_ = In::structure;
            return 1;
        }
    }
    const std::size_t before = offset_;
    std::string decoded;
    do // escapes in a row go on together: a whole document may be written in them
        decode(piece[offset_ - before], decoded);
    while (++offset_ - before < piece.size() && (escape_ != Escape::none || piece[offset_ - before] == '\\'));
    if (!decoded.empty())
        sink_(decoded);
    const std::size_t used = offset_ - before;
    offset_ = before; // the caller counts what was used
    return used;
}

/// One character of a string, escapes undone.
void LongString::decode(char c, std::string& into) {
    switch (escape_) {
    case Escape::none:
        if (static_cast<unsigned char>(c) < 0x20)
            fail("a control character within a string");
        if (c == '\\') {
            escape_ = Escape::begun;
            return;
        }
        end_surrogates();
        into.push_back(c);
        return;
    case Escape::begun:
        undo_escape(c, into);
        return;
    case Escape::hex:
        undo_hex(c, into);
        return;
    }
}

void LongString::undo_escape(char c, std::string& into) {
    constexpr std::string_view from = "\"\\/bfnrt";
    constexpr std::string_view to = "\"\\/\b\f\n\r\t";
    if (c == 'u') {
        escape_ = Escape::hex;
        digits_ = 0;
        unit_ = 0;
        return;
    }
    end_surrogates();
    const auto at = from.find(c);
    if (at == std::string_view::npos)
        fail("an unknown escape");
    into.push_back(to[at]);
    escape_ = Escape::none;
}

void LongString::undo_hex(char c, std::string& into) {
    unsigned digit = 0;
    if (c >= '0' && c <= '9')
        digit = static_cast<unsigned>(c - '0');
    else if (c >= 'a' && c <= 'f')
        digit = static_cast<unsigned>(c - 'a' + 10);
    else if (c >= 'A' && c <= 'F')
        digit = static_cast<unsigned>(c - 'A' + 10);
    else
        fail("an unknown escape");
    unit_ = unit_ << 4 | digit;
    if (++digits_ < 4)
        return;
    escape_ = Escape::none;
    if (unit_ >= 0xD800 && unit_ <= 0xDBFF) {
        end_surrogates();
        high_ = unit_;
    } else if (unit_ >= 0xDC00 && unit_ <= 0xDFFF) {
        if (!high_)
            fail("half a surrogate pair");
        append_utf8(into, 0x10000 + ((std::exchange(high_, 0) - 0xD800) << 10) + (unit_ - 0xDC00));
    } else {
        end_surrogates();
        append_utf8(into, unit_);
    }
}

/// Something comes that cannot be the second half of a pair.
void LongString::end_surrogates() const {
    if (high_)
        fail("half a surrogate pair");
}

} // namespace efaxd::json
