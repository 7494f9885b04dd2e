// Reads a JSON object of which one member is a very long string, without keeping that string.
#pragma once

#include <cstddef>
#include <cstdint>
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
    enum class In { structure, key, chosen, other };
    enum class Escape { none, begun, hex };

    [[noreturn]] void fail(const char* why) const;
    void keep(char c);
    std::size_t step(char c);
    void structure(char c);
    void begin_string();
    void end_key();
    std::size_t stream(std::string_view piece);
    void decode(char c, std::string& into);
    void undo_escape(char c, std::string& into);
    void undo_hex(char c, std::string& into);
    void end_surrogates() const;

    std::string member_;
    Sink sink_;
    std::size_t most_;

    std::string skeleton_;
    std::uint64_t offset_ = 0;
    In in_ = In::structure;
    std::size_t depth_ = 0;
    bool in_object_ = false; ///< the outermost value is an object
    bool at_key_ = false;    ///< the next string of the outermost object is a key
    bool ours_ = false;      ///< the value now at hand is the chosen member's
    bool met_ = false;
    bool seen_ = false;
    bool escaped_ = false; ///< the next character of another string is escaped

    std::string key_;
    Escape escape_ = Escape::none;
    int digits_ = 0;    ///< of \uXXXX so far
    char32_t unit_ = 0; ///< their value
    char32_t high_ = 0; ///< first half of a surrogate pair that waits for the second
};

} // namespace efaxd::json
