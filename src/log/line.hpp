// A log line as text: the one place that decides how it looks.
#pragma once

#include "efaxd/log.hpp"

#include <span>
#include <string>
#include <string_view>

namespace efaxd::log {

/// The forms a line can have.
enum class Form {
    journal, ///< `<6>fax.delivered: Communication created project=clinic`
    text,    ///< `2026-10-03T14:00:00.000Z info fax.delivered: Communication created project=clinic`
    native,  ///< the journal's own: MESSAGE, PRIORITY, EFAXD_EVENT, and EFAXD_NAME for each field
    json,    ///< one object: time, level, code, text, then the fields under their own names
};

/// The line without its end. Values are cut to 256 bytes; what is not printable ASCII shows as `\xNN`, so
/// that nothing from outside can end the line or move a terminal's cursor.
std::string line(Form form, Instant now, const Event& event, std::span<const Field> fields);

/// The name of a level as the configuration spells it.
std::string_view name_of(Level level);

} // namespace efaxd::log
