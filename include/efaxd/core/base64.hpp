// Base64 (RFC 4648), streaming both ways.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace efaxd {

struct Base64Error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Decodes piece by piece. ASCII white space is skipped; everything else is strict: a foreign character, data
/// after padding, a missing padding or non-zero rest bits throw Base64Error.
class Base64Decoder {
  public:
    /// Appends the bytes that the piece completes to `out`.
    void feed(std::string_view piece, std::string& out);
    /// Throws Base64Error if a group is unfinished.
    void finish() const;

  private:
    std::uint32_t bits_ = 0;
    int filled_ = 0;  ///< characters of the present group
    int padding_ = 0; ///< `=` seen in the present group
    bool ended_ = false;
};

std::string base64(std::string_view bytes);
/// With `-` and `_`, without padding (RFC 7515).
std::string base64url(std::string_view bytes);

} // namespace efaxd
