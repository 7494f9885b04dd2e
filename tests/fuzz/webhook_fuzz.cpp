// A notification of eFax: its signature, and the body that is hashed as it comes.
#include "fuzz/fuzz.hpp"

#include "app/signature.hpp"
#include "crypto/crypto.hpp"
#include "efaxd/core/base64.hpp"

#include <algorithm>
#include <string>

namespace {

using namespace efaxd;
using fuzz::must;

constexpr std::string_view secret = "between us";

std::string hmac_of(std::string_view body, std::size_t piece) {
    crypto::HmacSha256 hash(secret);
    fuzz::in_pieces(body, piece, [&](std::string_view one) { hash.feed(one); });
    return hash.hex();
}

int value_of(char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; }

std::string bytes_of(std::string_view hex) {
    std::string bytes;
    for (std::size_t at = 0; at < hex.size(); at += 2)
        bytes += static_cast<char>(value_of(hex[at]) * 16 + value_of(hex[at + 1]));
    return bytes;
}

char upper(char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; }

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto parts = fuzz::parts_of(fuzz::text_of(bytes, size));
    const auto given = parts.front();
    const auto body = parts.back();
    const std::string hex = hmac_of(body, 1 + given.size());
    must(hex == crypto::hmac_sha256_hex(secret, body), "a body is the same however it arrives");
    const std::string in_base64 = base64(bytes_of(hex));
    std::string in_capitals = hex;
    std::ranges::transform(in_capitals, in_capitals.begin(), upper);
    for (const auto& good : {hex, in_capitals, in_base64})
        must(app::signature_fits(good, hex), "the signature fits in each spelling");
    const bool equal = given == in_base64 || std::ranges::equal(given, in_capitals, {}, upper);
    must(app::signature_fits(given, hex) == equal, "only the signature fits");
    if (!given.empty() && given.size() <= hex.size()) { // one that is right but for one place
        std::string forged = hex.substr(0, hex.size() - given.size()).append(given);
        must(app::signature_fits(forged, hex) == std::ranges::equal(forged, in_capitals, {}, upper),
             "a signature fits as a whole only");
    }
    return 0;
}
