// Reads a JSON object of which one member is a very long string, without keeping that string.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace efaxd::json {

/// Fed piece by piece, it hands the text of the chosen top-level string member to a sink as it comes (escapes
/// undone) and keeps everything else as a skeleton, in which that string is empty. `finish` gives the
/// skeleton, to be parsed strictly: if it parses, the whole text was JSON. Needs the memory of the skeleton
/// only.
class LongString {
  public:
    using Sink = std::function<void(std::string_view)>;

    /// Throws ParseError from `feed` once the skeleton is over `most` bytes.
    LongString(std::string member, Sink sink, std::size_t most = 64u << 10);

    void feed(std::string_view piece);

    /// The skeleton. Throws ParseError if the chosen string was begun and not ended.
    std::string finish();

    /// Was the member seen, and a string? (Seen twice: ParseError from `feed`.)
    bool seen() const;

  private:
    // The implementer's to choose.
};

} // namespace efaxd::json
