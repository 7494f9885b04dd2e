// Members of an answer, made fit for a terminal.
#pragma once

#include "ctl/text.hpp"
#include "efaxd/core/timestamp.hpp"
#include "json/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace efaxd::ctl {

/// Plain text; empty if absent.
inline std::string text(const json::Value& object, std::string_view name) {
    return plain(object[name].text_or(""));
}

inline std::int64_t count(const json::Value& object, std::string_view name) {
    return object[name].integer().value_or(0);
}

inline std::string number(const json::Value& object, std::string_view name) {
    return std::to_string(count(object, name));
}

inline bool flag(const json::Value& object, std::string_view name) {
    return object[name].boolean().value_or(false);
}

inline std::optional<Instant> time(const json::Value& object, std::string_view name) {
    const auto read = read_timestamp(object[name].text_or(""));
    return read ? std::optional(read->instant) : std::nullopt;
}

} // namespace efaxd::ctl
