#include "efaxd/core/base64.hpp"

#include <array>
#include <cstddef>

namespace efaxd {

namespace {

constexpr std::string_view standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view for_urls = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// What a character stands for, or one of these marks, which set bits that no value has.
constexpr std::uint8_t foreign = 0x80;
constexpr std::uint8_t blank = 0x81;
constexpr std::uint8_t pad = 0x82;

constexpr std::array<std::uint8_t, 256> make_values() {
    std::array<std::uint8_t, 256> values{};
    for (auto& value : values)
        value = foreign;
    for (std::size_t i = 0; i < standard.size(); ++i)
        values[static_cast<unsigned char>(standard[i])] = static_cast<std::uint8_t>(i);
    for (const char c : {' ', '\t', '\n', '\v', '\f', '\r'})
        values[static_cast<unsigned char>(c)] = blank;
    values['='] = pad;
    return values;
}

constexpr auto values = make_values();

/// The values of the four characters of a group, each shifted to its place; `odd` for all that has none.
constexpr std::uint32_t odd = 1u << 31;
using Places = std::array<std::array<std::uint32_t, 256>, 4>;

constexpr Places make_places() {
    Places places{};
    for (std::size_t place = 0; place < places.size(); ++place)
        for (std::size_t c = 0; c < 256; ++c)
            places[place][c] = values[c] & 0x80 ? odd : std::uint32_t{values[c]} << (18 - 6 * place);
    return places;
}

constexpr Places places = make_places();

std::uint32_t value_of(char c) { return values[static_cast<unsigned char>(c)]; }

char byte_of(std::uint32_t bits, int shift) {
    return static_cast<char>(static_cast<std::uint8_t>(bits >> shift));
}

/// Decodes whole groups up to the first one with anything but values in it; returns the characters read.
std::size_t decode_groups(std::string_view text, char* to) {
    const auto* const begin = reinterpret_cast<const unsigned char*>(text.data());
    const auto* from = begin;
    for (std::size_t groups = text.size() / 4; groups > 0; --groups, from += 4, to += 3) {
        const std::uint32_t bits =
            places[0][from[0]] | places[1][from[1]] | places[2][from[2]] | places[3][from[3]];
        if (bits & odd)
            break;
        to[0] = byte_of(bits, 16);
        to[1] = byte_of(bits, 8);
        to[2] = byte_of(bits, 0);
    }
    return static_cast<std::size_t>(from - begin);
}

std::string encode(std::string_view bytes, std::string_view alphabet, bool padded) {
    std::string text((bytes.size() + 2) / 3 * 4, '=');
    const auto byte = [&](std::size_t i) -> std::uint32_t { return static_cast<unsigned char>(bytes[i]); };
    char* to = text.data();
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3, to += 4) {
        const std::uint32_t bits = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        to[0] = alphabet[bits >> 18];
        to[1] = alphabet[bits >> 12 & 63];
        to[2] = alphabet[bits >> 6 & 63];
        to[3] = alphabet[bits & 63];
    }
    const std::size_t rest = bytes.size() - i;
    if (rest > 0) {
        const std::uint32_t bits = byte(i) << 16 | (rest == 2 ? byte(i + 1) << 8 : 0);
        to[0] = alphabet[bits >> 18];
        to[1] = alphabet[bits >> 12 & 63];
        if (rest == 2)
            to[2] = alphabet[bits >> 6 & 63];
        if (!padded)
            text.resize(text.size() - (3 - rest));
    }
    return text;
}

} // namespace

void Base64Decoder::feed(std::string_view piece, std::string& out) {
    std::size_t written = out.size();
    out.resize(written + piece.size() / 4 * 3 + 3); // one group may have been begun by an earlier piece
    const auto put = [&](int shift) { out[written++] = byte_of(bits_, shift); };
    const auto fail = [&](const char* why) {
        out.resize(written);
        throw Base64Error(why);
    };

    std::size_t i = 0;
    while (i < piece.size()) {
        if (filled_ == 0 && !ended_) {
            const std::size_t read = decode_groups(piece.substr(i), out.data() + written);
            i += read;
            written += read / 4 * 3;
            if (i == piece.size())
                break;
        }

        const std::uint32_t value = value_of(piece[i++]);
        if (value == blank)
            continue;
        if (value == foreign)
            fail("a character that is no base64");
        if (ended_)
            fail("base64 goes on after its padding");
        if (value == pad) {
            if (filled_ + padding_ < 2)
                fail("base64 padding in the wrong place");
            ++padding_;
        } else {
            if (padding_)
                fail("base64 goes on after its padding");
            bits_ = bits_ << 6 | value;
            ++filled_;
        }
        if (filled_ + padding_ < 4)
            continue;

        bits_ <<= 6 * padding_;
        if (bits_ & ((1u << (8 * padding_)) - 1))
            fail("base64 with bits that belong to no byte");
        for (int byte = 0; byte < 3 - padding_; ++byte)
            put(16 - 8 * byte);
        ended_ = padding_ > 0;
        bits_ = 0;
        filled_ = 0;
        padding_ = 0;
    }
    out.resize(written);
}

void Base64Decoder::finish() const {
    if (filled_)
        throw Base64Error("base64 ends within a group");
}

std::string base64(std::string_view bytes) { return encode(bytes, standard, true); }

std::string base64url(std::string_view bytes) { return encode(bytes, for_urls, false); }

} // namespace efaxd
