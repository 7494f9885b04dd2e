#include "sandbox/presets.hpp"

#include <string>

namespace efaxd::sandbox {

namespace {

EfaxStyle mainstay() {
    EfaxStyle style;
    style.prefix = "/opc/v1";
    style.timestamps = TimestampStyle::colon;
    style.numbers = NumberStyle::unavailable;
    style.fax_status = false;
    style.health = HealthStyle::guarded;
    style.errors = ErrorStyle::gateway;
    style.token_seconds = 3'600;
    style.send_status = 200;
    style.statuses = StatusWords::compact;
    style.entry_numbers = EntryNumber::plus;
    style.success_code = "0";
    return style;
}

EfaxStyle legacy_2018() {
    EfaxStyle style;
    style.timestamps = TimestampStyle::zulu;
    style.health = HealthStyle::verbose;
    style.errors = ErrorStyle::gateway;
    style.retries = RetryStyle::flat;
    style.statuses = StatusWords::misspelt;
    style.fields = FieldStyle::digit_strings;
    style.details = DetailsPath::singular;
    style.sent_parts = PartStyle::array;
    style.past_end = EndStyle::missing;
    return style;
}

EfaxStyle hostile() {
    EfaxStyle style;
    style.varied = true;
    style.details = DetailsPath::both;
    return style;
}

} // namespace

EfaxStyle preset_style(std::string_view name) {
    if (name == "strict-2026")
        return {};
    if (name == "mainstay")
        return mainstay();
    if (name == "legacy-2018")
        return legacy_2018();
    if (name == "hostile")
        return hostile();
    throw BadCall("no such preset: " + std::string{name});
}

} // namespace efaxd::sandbox
