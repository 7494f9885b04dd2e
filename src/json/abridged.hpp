// A JSON text without the insides of its very long strings.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace efaxd::json {

/// Fed piece by piece, it keeps the text as it comes, but of a string (or name) longer than the limit nothing
/// but the quotes: an embedded document takes no memory where nobody wants to read it. Does not judge the
/// text: whoever parses it afterwards does.
class Abridged {
  public:
    /// Throws ParseError from `feed` once what is kept is over `most` bytes.
    explicit Abridged(std::size_t most = 8u << 20, std::size_t longest_string = 64u << 10)
        : most_(most), longest_string_(longest_string) {}

    void feed(std::string_view piece);
    std::string take();

  private:
    enum class In { structure, string, dropped };

    void keep(std::string_view piece);
    std::size_t structure(std::string_view piece);
    std::size_t inside(std::string_view piece);

    std::size_t most_;
    std::size_t longest_string_;
    std::string kept_;
    In in_ = In::structure;
    std::size_t begun_ = 0; ///< where the string begins in what is kept
    bool escaped_ = false;  ///< the next character of the string is
};

} // namespace efaxd::json
