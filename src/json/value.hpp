// Reading JSON: the only room that sees RapidJSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace efaxd::json {

/// The text is no JSON, too deep or too large. The text says where, never what stands there.
struct ParseError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A place in a document, which must outlive it. Asking a value for what it is not gives nothing, never an
/// error: replies from outside are read with tolerance. Numbers are read without full precision
/// (RapidJSON 1.1.0 crashes on crafted ones otherwise); ids are strings.
class Value {
  public:
    Value() = default; ///< a missing value

    explicit operator bool() const; ///< present, and not null
    bool is_object() const;
    bool is_array() const;
    bool is_string() const;

    /// The first member of that name; missing if there is none or this is no object.
    Value operator[](std::string_view name) const;
    /// Elements of an array, or members of an object; 0 for anything else.
    std::size_t size() const;
    Value at(std::size_t index) const;                 ///< element of an array, else missing
    std::string_view name_at(std::size_t index) const; ///< name of an object's member, else empty
    Value member_at(std::size_t index) const;          ///< value of an object's member, else missing

    std::optional<std::string_view> text() const;
    std::string_view text_or(std::string_view otherwise) const;
    std::optional<std::int64_t> integer() const; ///< a whole number, or a string of digits
    std::optional<bool> boolean() const;         ///< true, false, or those words in a string

    /// This value written as compact JSON.
    std::string raw() const;

  private:
    friend class Document;
    explicit Value(const void* node) : node_(node) {}
    const void* node_ = nullptr;
};

/// How much a text may hold. The memory for a value is many times that of the one character it may be
/// written with: so many values take 10 MB, and a CapabilityStatement has a hundred thousand.
struct Bounds {
    std::size_t deepest = 64;          ///< levels
    std::size_t most_values = 250'000; ///< names of members included
    bool mend = false;                 ///< strings are mended first, see mend_strings
};

/// For what a server says of many things at once: one odd character in one of them must not hide the others.
inline constexpr Bounds mended{.mend = true};

/// For what efaxd itself has written, which is as long as its lists are.
inline constexpr Bounds our_own{.most_values = SIZE_MAX};

/// A parsed text. Owns all its values.
class Document {
  public:
    /// Strict JSON, within the bounds, parsed without recursion. Throws ParseError.
    static Document parse(std::string_view text, const Bounds& bounds = {});
    /// The same. The values lie where the text lay: there is no second copy of it.
    static Document take(std::string text, const Bounds& bounds = {});

    Document(Document&&) noexcept;
    Document& operator=(Document&&) noexcept;
    ~Document();

    Value root() const;

  private:
    struct Tree;
    explicit Document(std::unique_ptr<Tree> tree);
    std::unique_ptr<Tree> tree_;
};

} // namespace efaxd::json
