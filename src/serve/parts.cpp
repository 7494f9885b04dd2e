#include "serve/parts.hpp"

#include "efaxd/core/timestamp.hpp"

namespace efaxd::serve {

void text_if(json::Writer& out, std::string_view name, const std::string& value) {
    if (!value.empty())
        out.member(name, value);
}

void time_if(json::Writer& out, std::string_view name, const std::optional<Instant>& value) {
    if (value)
        out.member(name, fhir_timestamp(*value));
}

void seconds_if(json::Writer& out, std::string_view name, const std::optional<Duration>& value) {
    if (value)
        out.member(name, seconds(*value));
}

} // namespace efaxd::serve
