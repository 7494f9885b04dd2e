#include "app/signature.hpp"

#include "crypto/crypto.hpp"
#include "efaxd/core/base64.hpp"

#include <algorithm>
#include <string>

namespace efaxd::app {

namespace {

std::string lower(std::string_view text) {
    std::string low(text);
    std::ranges::transform(low, low.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return low;
}

std::string bytes_of_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
        const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
        bytes += static_cast<char>(digit(hex[at]) * 16 + digit(hex[at + 1]));
    }
    return bytes;
}

} // namespace

bool signature_fits(std::string_view header, std::string_view hmac_hex) {
    return crypto::equal(lower(header), hmac_hex) || crypto::equal(header, base64(bytes_of_hex(hmac_hex)));
}

} // namespace efaxd::app
