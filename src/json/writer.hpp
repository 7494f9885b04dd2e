// Writing JSON.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

namespace efaxd::json {

/// Writes one JSON text, compact or indented by two. Calls must be balanced; members of an object are given
/// as `key` then a value, or by `member`. Text is made valid UTF-8 (bad bytes become U+FFFD).
class Writer {
  public:
    enum class Style { compact, indented };

    explicit Writer(Style style = Style::compact);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    Writer& begin_object();
    Writer& end_object();
    Writer& begin_array();
    Writer& end_array();
    Writer& key(std::string_view name);
    Writer& text(std::string_view value);
    Writer& number(std::int64_t value);
    Writer& boolean(bool value);
    Writer& null();
    /// A value that is JSON already.
    Writer& raw(std::string_view json);

    Writer& member(std::string_view name, std::string_view value) { return key(name).text(value); }
    Writer& member(std::string_view name, const char* value) { return key(name).text(value); }
    Writer& member(std::string_view name, bool value) { return key(name).boolean(value); }
    template <class Integer>
    requires std::is_integral_v<Integer> Writer& member(std::string_view name, Integer value) {
        return key(name).number(static_cast<std::int64_t>(value));
    }

    /// The text so far; whole once everything is closed.
    std::string take();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace efaxd::json
