// Small members that several of the JSON answers share.
#pragma once

#include "efaxd/core/instant.hpp"
#include "json/writer.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace efaxd::serve {

inline constexpr int schema_version = 1; ///< of etc/status.schema.json

/// Left out when empty.
void text_if(json::Writer& out, std::string_view name, const std::string& value);

/// `YYYY-MM-DDThh:mm:ssZ`; left out when unknown.
void time_if(json::Writer& out, std::string_view name, const std::optional<Instant>& value);

/// Whole seconds, rounded down; left out when unknown.
void seconds_if(json::Writer& out, std::string_view name, const std::optional<Duration>& value);

inline std::int64_t seconds(Duration duration) {
    return std::chrono::floor<std::chrono::seconds>(duration).count();
}

} // namespace efaxd::serve
